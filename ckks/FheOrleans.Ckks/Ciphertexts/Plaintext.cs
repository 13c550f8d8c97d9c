using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <summary>An encoded vector: a polynomial modulo the primes of a level, in transformed form, with its scale. Not encrypted.</summary>
/// <remarks>Changed only by operations that are given it as a destination.</remarks>
public sealed class Plaintext
{
    private AlignedWords _buffer;

    internal Plaintext(CkksParameters parameters, int level, double scale, AlignedWords buffer)
    {
        Parameters = parameters;
        Level = level;
        Scale = scale;
        _buffer = buffer;
    }

    /// <summary>The parameters it was encoded for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Its level: a ciphertext must be at the same one to be added to it or multiplied by it.</summary>
    public int Level { get; private set; }

    /// <summary>What the values were multiplied by before rounding.</summary>
    public double Scale { get; private set; }

    /// <summary>Number of primes: level + 1.</summary>
    public int LimbCount => Level + 1;

    /// <summary>LimbCount·N residues, limb 0 first, at a cache line.</summary>
    internal Span<ulong> Words => _buffer.Span[..(LimbCount * Parameters.PolynomialDegree)];

    /// <summary>A plaintext to be the destination of encoding or decryption: all zeros until then.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="capacityLevel">Highest level to have memory for; null means the highest there is.</param>
    /// <returns>A plaintext at that level with scale 1. One of a higher level is taken as well: it gets more memory once.</returns>
    /// <exception cref="LevelRangeException">There is no such level.</exception>
    public static Plaintext Allocate(CkksParameters parameters, int? capacityLevel = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var level = capacityLevel ?? parameters.MaximumLevel;
        parameters.RequireLevel(level);
        return new Plaintext(parameters, level, 1, AlignedWords.Zeroed((level + 1) * parameters.PolynomialDegree));
    }

    internal ReadOnlySpan<ulong> Limb(int limb) => MutableLimb(limb);

    internal Span<ulong> MutableLimb(int limb) => _buffer.Span.Slice(limb * Parameters.PolynomialDegree, Parameters.PolynomialDegree);

    /// <summary>A new one whose words are not set yet: only for operations that write all of them.</summary>
    internal static Plaintext Unwritten(CkksParameters parameters, int level) =>
        new(parameters, level, 1, AlignedWords.Uninitialized((level + 1) * parameters.PolynomialDegree));

    /// <summary>Makes it the place for a result, whose words are not set yet.</summary>
    internal void Reshape(int level, double scale)
    {
        var needed = (level + 1) * Parameters.PolynomialDegree;
        if (needed > _buffer.Count) _buffer = AlignedWords.Uninitialized(needed);
        (Level, Scale) = (level, scale);
    }
}
