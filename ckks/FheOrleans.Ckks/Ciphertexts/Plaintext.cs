namespace FheOrleans.Ckks;

/// <summary>An encoded vector: a polynomial modulo the primes of a level, in transformed form, with its scale. Not encrypted.</summary>
public sealed class Plaintext
{
    internal Plaintext(CkksParameters parameters, int level, double scale, ulong[] words)
    {
        Parameters = parameters;
        Level = level;
        Scale = scale;
        Words = words;
    }

    /// <summary>The parameters it was encoded for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Its level: a ciphertext must be at the same one to be added to it or multiplied by it.</summary>
    public int Level { get; }

    /// <summary>What the values were multiplied by before rounding.</summary>
    public double Scale { get; }

    /// <summary>Number of primes: level + 1.</summary>
    public int LimbCount => Level + 1;

    /// <summary>LimbCount·N residues, limb 0 first.</summary>
    internal ulong[] Words { get; }

    internal ReadOnlySpan<ulong> Limb(int limb) => Words.AsSpan(limb * Parameters.PolynomialDegree, Parameters.PolynomialDegree);
}
