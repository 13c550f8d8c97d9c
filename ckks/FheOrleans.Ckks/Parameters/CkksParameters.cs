using System.Collections.Immutable;
using System.Numerics;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <summary>
/// A set of RNS-CKKS parameters at 128-bit security: a ring degree and a chain of primes. Immutable; equal when degree and primes are.
/// </summary>
/// <remarks>
/// <code>
///   primes   q_0   q_1   q_2  ...  q_max │ P            level l has the limbs q_0 .. q_l;
///            └──── data, level = max ────┘ special      keys live modulo all of them, P included
/// </code>
/// A level is the number of rescalings still possible: rescaling at level l divides by q_l. Fresh ciphertexts are at
/// <see cref="MaximumLevel"/>. The last prime P serves key switching only, and should be as large as the largest other one.
/// </remarks>
public sealed partial class CkksParameters : IEquatable<CkksParameters>
{
    /// <summary>Most primes in a chain; keeps sums over all of them within 128 bits.</summary>
    public const int MaximumPrimes = 64;

    private readonly ParametersId[] _idByLevel;
    private readonly Lazy<RnsContext> _context;

    private CkksParameters(int polynomialDegree, ReadOnlySpan<ulong> primes, bool enforceSecurity)
    {
        Validate(polynomialDegree, primes, enforceSecurity);
        PolynomialDegree = polynomialDegree;
        Primes = [.. primes];
        ModulusBits = [.. Primes.Select(BitLength)];
        TotalModulusBits = (int)Product(primes).GetBitLength();
        HasSpecialPrime = primes.Length > 1;
        MaximumLevel = HasSpecialPrime ? primes.Length - 2 : 0;
        KeyId = ParametersId.Compute(polynomialDegree, primes);
        _idByLevel = new ParametersId[MaximumLevel + 1];
        for (var level = 0; level <= MaximumLevel; level++)
            _idByLevel[level] = ParametersId.Compute(polynomialDegree, primes[..(level + 1)]);
        _context = new Lazy<RnsContext>(() => new RnsContext(this));
    }

    /// <summary>N: a power of two, 4096 to 32768.</summary>
    public int PolynomialDegree { get; }

    /// <summary>Numbers in one ciphertext: N / 2.</summary>
    public int SlotCount => PolynomialDegree / 2;

    /// <summary>The highest level: number of data primes minus one.</summary>
    public int MaximumLevel { get; }

    /// <summary>All primes in SEAL's order: q_0 first, the special prime last.</summary>
    public ImmutableArray<ulong> Primes { get; }

    /// <summary>Size of each prime in bits, in the order of <see cref="Primes"/>.</summary>
    public ImmutableArray<int> ModulusBits { get; }

    /// <summary>Bits of the product of all primes, the special one included; bounded by <see cref="SecurityTable"/>.</summary>
    public int TotalModulusBits { get; }

    /// <summary>The last prime, used by key switching only.</summary>
    public ulong SpecialPrime => Primes[^1];

    /// <summary>SEAL's identifier of the level at which keys live: all primes.</summary>
    public ParametersId KeyId { get; }

    /// <summary>Whether there is a prime for key switching. Always, except in single-prime test vectors.</summary>
    internal bool HasSpecialPrime { get; }

    /// <summary>Transforms and constants, made on first use.</summary>
    internal RnsContext Context => _context.Value;

    /// <summary>Parameters from prime sizes, with the primes that SEAL's <c>CoeffModulus::Create</c> chooses for them.</summary>
    /// <param name="polynomialDegree">N: 4096, 8192, 16384 or 32768.</param>
    /// <param name="modulusBits">Sizes of all primes, 2 to 60 bits each, at least two; q_0 first, the special prime last.</param>
    /// <returns>The parameters.</returns>
    /// <exception cref="ParametersException">The degree or a size is not possible, there are not enough primes of a size, or the
    /// product of all primes is larger than the security table allows.</exception>
    public static CkksParameters Create(int polynomialDegree, params ReadOnlySpan<int> modulusBits) =>
        Create(polynomialDegree, modulusBits, enforceSecurity: true);

    /// <summary>Parameters from given primes.</summary>
    /// <param name="polynomialDegree">N: 4096, 8192, 16384 or 32768.</param>
    /// <param name="primes">At least two distinct primes = 1 mod 2N, below 2^60; q_0 first, the special prime last.</param>
    /// <returns>The parameters.</returns>
    /// <exception cref="ParametersException">The degree is not possible, a number is not such a prime or occurs twice, or the product
    /// is larger than the security table allows.</exception>
    public static CkksParameters FromPrimes(int polynomialDegree, ReadOnlySpan<ulong> primes) => new(polynomialDegree, primes, enforceSecurity: true);

    /// <summary>For test vectors alone: any power of two from 2 and any number of primes from one, without the security table.</summary>
    internal static CkksParameters FromPrimesForVectors(int polynomialDegree, ReadOnlySpan<ulong> primes) => new(polynomialDegree, primes, enforceSecurity: false);

    /// <summary>For test vectors alone: see <see cref="FromPrimesForVectors"/>.</summary>
    internal static CkksParameters CreateForVectors(int polynomialDegree, params ReadOnlySpan<int> modulusBits) =>
        Create(polynomialDegree, modulusBits, enforceSecurity: false);

    /// <summary>SEAL's identifier of a level.</summary>
    /// <param name="level">0 to <see cref="MaximumLevel"/>.</param>
    /// <returns>The identifier.</returns>
    /// <exception cref="LevelRangeException">There is no such level.</exception>
    public ParametersId IdAtLevel(int level)
    {
        RequireLevel(level);
        return _idByLevel[level];
    }

    /// <summary>The level that an identifier names.</summary>
    /// <param name="id">An identifier from a ciphertext or plaintext.</param>
    /// <param name="level">The level, when there is one.</param>
    /// <returns>False when the identifier is not one of a data level.</returns>
    public bool TryGetLevel(ParametersId id, out int level)
    {
        level = Array.IndexOf(_idByLevel, id);
        return level >= 0;
    }

    /// <summary>The modulus Q_l = q_0·…·q_l of a level.</summary>
    /// <param name="level">0 to <see cref="MaximumLevel"/>.</param>
    /// <returns>The product.</returns>
    /// <exception cref="LevelRangeException">There is no such level.</exception>
    public BigInteger ModulusAtLevel(int level)
    {
        RequireLevel(level);
        return Product(Primes.AsSpan()[..(level + 1)]);
    }

    /// <summary>Bits of the modulus Q_l of a level; a scale must stay below it.</summary>
    /// <param name="level">0 to <see cref="MaximumLevel"/>.</param>
    /// <returns>The number of bits.</returns>
    /// <exception cref="LevelRangeException">There is no such level.</exception>
    public int ModulusBitsAtLevel(int level)
    {
        RequireLevel(level);
        return Context.ModulusBitsByLevel[level];
    }

    /// <summary>Whether both sets have the same degree and primes.</summary>
    /// <param name="other">The other set.</param>
    /// <returns>True when equal.</returns>
    public bool Equals(CkksParameters? other) =>
        ReferenceEquals(this, other)
        || (other is not null && PolynomialDegree == other.PolynomialDegree && Primes.AsSpan().SequenceEqual(other.Primes.AsSpan()));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CkksParameters);

    /// <inheritdoc/>
    public override int GetHashCode() => KeyId.GetHashCode();

    /// <summary>For example "N=8192 {50,50,36,26,50}".</summary>
    /// <returns>Degree and prime sizes.</returns>
    public override string ToString() => $"N={PolynomialDegree} {{{string.Join(',', ModulusBits)}}}";

    internal void RequireLevel(int level)
    {
        if ((uint)level > (uint)MaximumLevel) throw new LevelRangeException($"use {this}", level, MaximumLevel);
    }

    internal static int BitLength(ulong value) => 64 - BitOperations.LeadingZeroCount(value);

    private static BigInteger Product(ReadOnlySpan<ulong> primes)
    {
        var product = BigInteger.One;
        foreach (var prime in primes) product *= prime;
        return product;
    }

    private static CkksParameters Create(int polynomialDegree, ReadOnlySpan<int> modulusBits, bool enforceSecurity)
    {
        ValidateShape(polynomialDegree, modulusBits.Length, enforceSecurity);
        foreach (var bits in modulusBits)
        {
            if (bits is < 2 or > Modulus.MaximumBits)
                throw new ParametersException($"A prime of {bits} bits was asked for; sizes are 2 to {Modulus.MaximumBits} bits.");
        }
        return new CkksParameters(polynomialDegree, Arithmetic.Primes.Create(polynomialDegree, modulusBits), enforceSecurity);
    }
}
