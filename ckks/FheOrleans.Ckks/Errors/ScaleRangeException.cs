using System.Globalization;

namespace FheOrleans.Ckks;

/// <summary>A scale is not a positive normal number, or does not fit the modulus of its level.</summary>
public sealed class ScaleRangeException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="operation">What was asked, as a verb.</param>
    /// <param name="scale">The scale found or resulting.</param>
    /// <param name="modulusBits">Bits of the modulus at the level in question.</param>
    public ScaleRangeException(string operation, double scale, int modulusBits)
        : base(string.Create(CultureInfo.InvariantCulture,
            $"Cannot {operation}: the scale would be {scale:R} (2^{Math.Log2(scale):F3}) under a modulus of {modulusBits} bits. ")
            + "It must be a positive normal number below the modulus: rescale first, or use smaller scales.")
    {
        Scale = scale;
        ModulusBits = modulusBits;
    }

    /// <summary>The scale found or resulting.</summary>
    public double Scale { get; }

    /// <summary>Bits of the modulus at the level in question.</summary>
    public int ModulusBits { get; }
}
