using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Hashing;

namespace FheOrleans.Ckks;

/// <summary>A public key: an encryption of zero modulo all primes, the special one included. It encrypts and does nothing else.</summary>
public sealed class PublicKey
{
    internal PublicKey(CkksParameters parameters, AlignedWords words, PolynomialSeed? seed)
    {
        Parameters = parameters;
        Words = words;
        Seed = seed;
    }

    /// <summary>The parameters it was made for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Whether its second half is the expansion of a seed, which is then left out on the wire.</summary>
    public bool IsSeeded => Seed is not null;

    /// <summary>2·(all primes)·N residues: polynomial, limb, value.</summary>
    internal AlignedWords Words { get; }

    internal PolynomialSeed? Seed { get; }

    internal ReadOnlySpan<ulong> Limb(int polynomial, int limb)
    {
        var n = Parameters.PolynomialDegree;
        return Words.Span.Slice((polynomial * Parameters.Primes.Length + limb) * n, n);
    }
}
