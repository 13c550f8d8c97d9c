using System.Numerics;

namespace FheOrleans.Networks.Training;

/// <summary>
/// xoshiro256** (Blackman and Vigna 2018, public domain), seeded by splitmix64: small, and the same sequence on every machine and runtime,
/// which <see cref="Random"/> does not promise. For weights, shuffling and simulated herds; nothing secret is ever drawn from it.
/// </summary>
public sealed class SeededRandom
{
    private ulong _a, _b, _c, _d;

    /// <summary>A generator of its own sequence.</summary>
    /// <param name="seed">Any number; the same number gives the same sequence.</param>
    public SeededRandom(ulong seed)
    {
        (_a, _b, _c, _d) = (SplitMix(ref seed), SplitMix(ref seed), SplitMix(ref seed), SplitMix(ref seed));
    }

    /// <summary>From a state as it is, for known answers.</summary>
    internal SeededRandom(ulong a, ulong b, ulong c, ulong d) => (_a, _b, _c, _d) = (a, b, c, d);

    /// <summary>64 random bits.</summary>
    public ulong NextWord()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextWord() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [-bound, bound).</summary>
    /// <param name="bound">The largest magnitude.</param>
    public double NextSymmetric(double bound) => bound * (2 * NextDouble() - 1);

    /// <summary>Uniform in 0..count-1, without bias (Lemire's multiplication with rejection).</summary>
    /// <param name="count">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is not positive.</exception>
    public int NextInt32(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var range = (ulong)count;
        var threshold = (0 - range) % range;
        while (true)
        {
            var high = Math.BigMul(NextWord(), range, out var low);
            if (low >= threshold) return (int)high;
        }
    }

    /// <summary>A random order, every one as likely (Fisher and Yates).</summary>
    /// <param name="items">Reordered in place.</param>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var other = NextInt32(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        var word = state += 0x9E3779B97F4A7C15;
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
        return word ^ (word >> 31);
    }
}
