namespace FheOrleans.Client.Forecasts;

/// <summary>Which layout to encrypt in.</summary>
public enum LayoutChoice
{
    /// <summary>The one with the fewest bytes to upload; nearly always the series layout.</summary>
    Auto,

    /// <summary>A slot is a window: many ciphertexts, no rotations, no Galois keys.</summary>
    Herd,

    /// <summary>A slot is a point in time: one ciphertext for each input.</summary>
    Series,
}
