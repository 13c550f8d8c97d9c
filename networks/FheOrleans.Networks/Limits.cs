namespace FheOrleans.Networks;

/// <summary>
/// How large a network may be. Models come from strangers: these bounds keep reading, checking and compiling one within a few seconds and
/// a few hundred megabytes, and are far above any network that pays off encrypted.
/// </summary>
internal static class Limits
{
    public const int MaximumJsonBytes = 8 << 20;
    public const int MaximumLayers = 64;
    public const int MaximumTimePoints = 1024;
    public const int MaximumFeatures = 1024;
    public const int MaximumInputs = 4096;
    public const int MaximumChannels = 1024;
    public const int MaximumParameters = 250_000;
    public const int MaximumDegree = 15;
    public const double LargestParameter = 1e6;
    public const double LargestMean = 1e9;

    /// <summary>Scalar products in one circuit. A circuit at this bound already runs for minutes.</summary>
    public const int MaximumTerms = 500_000;

    /// <summary>Ciphertexts that a live circuit may keep between time points: some hundred megabytes of a data owner's storage.</summary>
    public const int MaximumRemembered = 512;

    /// <summary>Vectors of weights that a packed live circuit may multiply by: each is encoded, a quarter of a megabyte and more, and kept.</summary>
    public const int MaximumVectors = 64;

    /// <summary>Rotations and relinearizations in one circuit: some minutes of one core.</summary>
    public const int MaximumKeySwitches = 20_000;

    /// <summary>Rows x features of one set of windows: 1 GB of doubles.</summary>
    public const long MaximumPoints = 1L << 27;
}
