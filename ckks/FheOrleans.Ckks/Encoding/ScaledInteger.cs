using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Encoding;

/// <summary>An integral double as mantissa·2^exponent, so that its residues are exact whatever its size.</summary>
internal readonly struct ScaledInteger
{
    private readonly long _mantissa; // below 2^53 in absolute value when the exponent is not 0
    private readonly int _exponent;

    /// <summary>round(value), half away from zero as SEAL does; value must be finite.</summary>
    public ScaledInteger(double value)
    {
        var rounded = Math.Round(value, MidpointRounding.AwayFromZero);
        if (Math.Abs(rounded) < 1L << 62)
        {
            _mantissa = (long)rounded;
            return;
        }
        _exponent = Math.ILogB(rounded) - 52;
        _mantissa = (long)Math.ScaleB(rounded, -_exponent);
    }

    /// <summary>Whether it rounded to zero.</summary>
    public bool IsZero => _mantissa == 0;

    /// <summary>The residue in [0, q).</summary>
    public ulong Residue(in Modulus modulus)
    {
        var residue = modulus.ReduceSigned(_mantissa);
        return _exponent == 0 ? residue : modulus.Multiply(residue, modulus.PowerVariableTime(2, (ulong)_exponent));
    }
}
