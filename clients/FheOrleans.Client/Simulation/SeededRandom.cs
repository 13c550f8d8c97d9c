using System.Numerics;

namespace FheOrleans.Client.Simulation;

/// <summary>
/// A small generator that gives the same numbers on every machine and runtime version (System.Random does not promise that).
/// </summary>
/// <remarks>xoshiro256**, seeded by SplitMix64 (Blackman and Vigna 2018, arXiv:1805.01407). Not for secrets.</remarks>
internal sealed class SeededRandom
{
    private ulong _s0, _s1, _s2, _s3;

    public SeededRandom(ulong seed)
    {
        ulong Next()
        {
            seed += 0x9E3779B97F4A7C15;
            var mixed = seed;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
        (_s0, _s1, _s2, _s3) = (Next(), Next(), Next(), Next());
    }

    /// <summary>Uniform in [0, 1), 53 random bits.</summary>
    public double Uniform() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0..count-1.</summary>
    public int Below(int count) => (int)(Uniform() * count);

    /// <summary>
    /// Standard normal, by Box and Muller's transform; the second of the pair is not kept, so that a draw always takes two numbers.
    /// </summary>
    public double Normal() => Math.Sqrt(-2 * Math.Log(1 - Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    private ulong NextUInt64()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }
}
