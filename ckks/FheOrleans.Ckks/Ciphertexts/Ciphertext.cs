using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Hashing;

namespace FheOrleans.Ckks;

/// <summary>
/// An encrypted vector: polynomials c_0 .. c_(size-1) in transformed form with c_0 + c_1·s + c_2·s² + ... = message + noise.
/// </summary>
/// <remarks>
/// Changed only by the evaluator's operations that are given it as a destination, and by those named ...InPlace, which change their first
/// operand. Order of the words: polynomial, then limb, then value, as SEAL stores them.
/// </remarks>
public sealed class Ciphertext
{
    /// <summary>Fewest polynomials.</summary>
    public const int MinimumSize = 2;

    /// <summary>Most polynomials, as in SEAL.</summary>
    public const int MaximumSize = 16;

    private AlignedWords _buffer; // as large as the largest ciphertext it has held; the words of the present one come first

    internal Ciphertext(CkksParameters parameters, int level, int size, double scale, AlignedWords buffer, PolynomialSeed? seed = null)
    {
        Parameters = parameters;
        Level = level;
        Size = size;
        Scale = scale;
        _buffer = buffer;
        Seed = seed;
    }

    /// <summary>The parameters it was made for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Number of polynomials: 2, or more for products that were not relinearized; at most 16.</summary>
    public int Size { get; private set; }

    /// <summary>Number of rescalings still possible.</summary>
    public int Level { get; private set; }

    /// <summary>Number of primes: level + 1.</summary>
    public int LimbCount => Level + 1;

    /// <summary>What the decrypted polynomial must be divided by.</summary>
    public double Scale { get; private set; }

    /// <summary>Whether the second polynomial is still the expansion of a seed, so that half the bytes can be left out on the wire.</summary>
    public bool IsSeeded => Seed is not null;

    /// <summary>Size·LimbCount·N residues, at a cache line.</summary>
    internal Span<ulong> Words => _buffer.Span[..(Size * LimbCount * Parameters.PolynomialDegree)];

    /// <summary>The seed of c_1, as long as c_1 is its expansion.</summary>
    internal PolynomialSeed? Seed { get; private set; }

    /// <summary>A ciphertext to be the destination of operations, with memory for what they will put there: all zeros until then.</summary>
    /// <param name="parameters">The parameters of the operands.</param>
    /// <param name="capacitySize">Number of polynomials to have memory for: 3 holds a product before relinearization.</param>
    /// <param name="capacityLevel">Highest level to have memory for; null means the highest there is.</param>
    /// <returns>A ciphertext of size 2 at that level with scale 1. A larger result is taken as well: it gets more memory once.</returns>
    /// <exception cref="CiphertextSizeException">The size is not 2 to 16.</exception>
    /// <exception cref="LevelRangeException">There is no such level.</exception>
    /// <remarks>Memory: capacitySize·(capacityLevel + 1)·N·8 bytes, which are its own as long as it lives.</remarks>
    public static Ciphertext Allocate(CkksParameters parameters, int capacitySize = 3, int? capacityLevel = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (capacitySize is < MinimumSize or > MaximumSize)
            throw new CiphertextSizeException("allocate", capacitySize, $"{MinimumSize} to {MaximumSize}");
        var level = capacityLevel ?? parameters.MaximumLevel;
        parameters.RequireLevel(level);
        return new Ciphertext(parameters, level, MinimumSize, 1, AlignedWords.Zeroed(capacitySize * (level + 1) * parameters.PolynomialDegree));
    }

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
    public Ciphertext Clone() => new(Parameters, Level, Size, Scale, AlignedWords.CopyOf(Words), Seed);

    /// <summary>Writes a copy into another ciphertext.</summary>
    /// <param name="destination">For the same parameters; becomes equal to this one. May be this one.</param>
    /// <exception cref="ParametersMismatchException">The destination was made for other parameters.</exception>
    public void CopyTo(Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (ReferenceEquals(this, destination)) return;
        if (!Parameters.Equals(destination.Parameters)) throw new ParametersMismatchException("The destination", destination.Parameters, Parameters);
        destination.Reshape(Level, Size, Scale);
        Words.CopyTo(destination.Words);
        destination.Seed = Seed;
    }

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
        return new Ciphertext(Parameters, Level, Size, scale, AlignedWords.CopyOf(Words), Seed);
    }

    /// <summary>A new one whose words are not set yet: only for operations that write all of them.</summary>
    internal static Ciphertext Unwritten(CkksParameters parameters, int level, int size) =>
        new(parameters, level, size, 1, AlignedWords.Uninitialized(size * (level + 1) * parameters.PolynomialDegree));

    internal Span<ulong> MutableLimb(int polynomial, int limb) =>
        _buffer.Span.Slice((polynomial * LimbCount + limb) * Parameters.PolynomialDegree, Parameters.PolynomialDegree);

    internal AlignedWords AlignedLimb(int polynomial, int limb) =>
        _buffer.Slice((polynomial * LimbCount + limb) * Parameters.PolynomialDegree, Parameters.PolynomialDegree);

    internal Span<ulong> Polynomial(int polynomial) =>
        _buffer.Span.Slice(polynomial * LimbCount * Parameters.PolynomialDegree, LimbCount * Parameters.PolynomialDegree);

    /// <summary>
    /// Makes it the place for a result. Its words stay where they are in memory, so an operation that goes through limbs in order may
    /// still read them by the old shape.
    /// </summary>
    internal void Reshape(int level, int size, double scale)
    {
        var needed = size * (level + 1) * Parameters.PolynomialDegree;
        if (needed > _buffer.Count)
        {
            var larger = AlignedWords.Uninitialized(needed);
            Words.CopyTo(larger.Span);
            _buffer = larger;
        }
        (Level, Size, Scale, Seed) = (level, size, scale, null);
    }

    /// <summary>For whoever has written the second polynomial as the expansion of a seed.</summary>
    internal void Remember(PolynomialSeed seed) => Seed = seed;

    /// <summary>Called by whatever changes the words.</summary>
    internal void ForgetSeed() => Seed = null;
}
