using FheOrleans.Ckks.Hashing;

namespace FheOrleans.Ckks;

/// <summary>
/// An encrypted vector: polynomials c_0 .. c_(size-1) in transformed form with c_0 + c_1·s + c_2·s² + ... = message + noise.
/// </summary>
/// <remarks>
/// Immutable but for the evaluator's operations named ...InPlace, which are the only ones that change their first operand.
/// Order of the words: polynomial, then limb, then value, as SEAL stores them.
/// </remarks>
public sealed class Ciphertext
{
    /// <summary>Fewest polynomials.</summary>
    public const int MinimumSize = 2;

    /// <summary>Most polynomials, as in SEAL.</summary>
    public const int MaximumSize = 16;

    internal Ciphertext(CkksParameters parameters, int level, int size, double scale, ulong[] words, PolynomialSeed? seed = null)
    {
        Parameters = parameters;
        Level = level;
        Size = size;
        Scale = scale;
        Words = words;
        Seed = seed;
    }

    /// <summary>The parameters it was made for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Number of polynomials: 2, or more for products that were not relinearized; at most 16.</summary>
    public int Size { get; }

    /// <summary>Number of rescalings still possible.</summary>
    public int Level { get; }

    /// <summary>Number of primes: level + 1.</summary>
    public int LimbCount => Level + 1;

    /// <summary>What the decrypted polynomial must be divided by.</summary>
    public double Scale { get; }

    /// <summary>Whether the second polynomial is still the expansion of a seed, so that half the bytes can be left out on the wire.</summary>
    public bool IsSeeded => Seed is not null;

    /// <summary>Size·LimbCount·N residues.</summary>
    internal ulong[] Words { get; }

    /// <summary>The seed of c_1, as long as c_1 is its expansion.</summary>
    internal PolynomialSeed? Seed { get; private set; }

    /// <summary>The residues of one polynomial modulo one prime, in transformed form.</summary>
    /// <param name="polynomial">0 to <see cref="Size"/> - 1.</param>
    /// <param name="limb">0 to <see cref="LimbCount"/> - 1.</param>
    /// <returns>N residues below the prime.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such polynomial or limb.</exception>
    public ReadOnlySpan<ulong> Limb(int polynomial, int limb)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(polynomial);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(polynomial, Size);
        ArgumentOutOfRangeException.ThrowIfNegative(limb);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(limb, LimbCount);
        return MutableLimb(polynomial, limb);
    }

    /// <summary>A copy that shares nothing with the original.</summary>
    /// <returns>The copy.</returns>
    public Ciphertext Clone() => new(Parameters, Level, Size, Scale, (ulong[])Words.Clone(), Seed);

    /// <summary>The same ciphertext under another scale, which means other values: value·Scale/newScale.</summary>
    /// <param name="scale">Positive, normal, below the modulus of the level.</param>
    /// <returns>A copy with the new scale.</returns>
    /// <exception cref="ScaleRangeException">The scale is not possible at this level.</exception>
    /// <remarks>
    /// For two scales that are the same number by their formulas and differ in the last bit of the double only. It does not
    /// make sums of really different scales right.
    /// </remarks>
    public Ciphertext WithScale(double scale)
    {
        ScaleRules.RequireWithinModulus("set the scale", scale, Parameters, Level);
        return new Ciphertext(Parameters, Level, Size, scale, (ulong[])Words.Clone(), Seed);
    }

    internal static Ciphertext Zero(CkksParameters parameters, int level, int size, double scale) =>
        new(parameters, level, size, scale, new ulong[size * (level + 1) * parameters.PolynomialDegree]);

    internal Span<ulong> MutableLimb(int polynomial, int limb) =>
        Words.AsSpan((polynomial * LimbCount + limb) * Parameters.PolynomialDegree, Parameters.PolynomialDegree);

    internal Span<ulong> Polynomial(int polynomial) =>
        Words.AsSpan(polynomial * LimbCount * Parameters.PolynomialDegree, LimbCount * Parameters.PolynomialDegree);

    /// <summary>Called by whatever changes the words.</summary>
    internal void ForgetSeed() => Seed = null;
}
