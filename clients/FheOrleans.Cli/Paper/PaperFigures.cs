namespace FheOrleans.Cli;

/// <summary>
/// What the paper reports: Onoufriou, Mayfield, Leontidis, "Fully Homomorphically Encrypted Deep Learning as a Service", Machine Learning
/// and Knowledge Extraction 3(4):819-834, 2021, doi:10.3390/make3040041.
/// </summary>
/// <remarks>
/// Its herd's records are not public, and its machines were others. One window is encrypted, computed on and decrypted at a time; for the
/// test set there is no figure of its own, so it stands here as 17,309 times one window.
/// </remarks>
internal static class PaperFigures
{
    public const string Source = "Onoufriou, Mayfield, Leontidis 2021, MAKE 3(4):819-834, doi:10.3390/make3040041";

    /// <summary>Windows of the test set.</summary>
    public const int TestWindows = 17_309;

    /// <summary>Errors, the same for ciphertext and plaintext; the abstract has the percentage.</summary>
    public const double Mse = 0.02233, Mae = 0.1241, Mape = 12.4;

    /// <summary>Bytes of an encrypted vector of 8192 numbers, at N = 16384.</summary>
    public const long VectorBytes = 9_600_592;

    /// <summary>Slots of that vector.</summary>
    public const int VectorSlots = 8_192;

    /// <summary>Seconds for one window, with everything on one machine.</summary>
    public static readonly PaperSeconds Local = new(0.0136, 0.966, 0.0330);

    /// <summary>Seconds for one window, with the computation on a server.</summary>
    public static readonly PaperSeconds Remote = new(0.454, 3.13, 1.14);
}

/// <summary>Seconds of the three steps.</summary>
internal readonly record struct PaperSeconds(double Encrypt, double Infer, double Decrypt)
{
    public double Total => Encrypt + Infer + Decrypt;

    /// <summary>The same for many windows, one after another.</summary>
    public PaperSeconds Times(int windows) => new(Encrypt * windows, Infer * windows, Decrypt * windows);
}
