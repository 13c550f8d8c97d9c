using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Secrets;

namespace FheOrleans.Ckks.Tests.Support;

/// <summary>What a key must satisfy, checked with the secret at hand.</summary>
internal static class KeyRelations
{
    private const int LargestNoise = 21; // the difference of two 21-bit weights

    public delegate void TargetWriter(int prime, Span<ulong> target);

    /// <summary>b + a·s is small and the same modulo every prime.</summary>
    public static void RequireZeroWithSmallNoise(CkksParameters parameters, SecretKey secret, ReadOnlySpan<ulong> words)
    {
        var reference = Noise(parameters, secret, words, 0, null);
        for (var j = 0; j < parameters.Primes.Length; j++)
        {
            var noise = Noise(parameters, secret, words, j, null);
            Assert.Equal(reference, noise);
        }
        RequireCentredBinomial(reference);
    }

    /// <summary>For each digit i: b_i + a_i·s - [limb i] P·t is small and the same modulo every prime.</summary>
    public static void RequireKeySwitchKey(CkksParameters parameters, SecretKey secret, KeySwitchKey key, TargetWriter writeTarget)
    {
        Assert.Equal(parameters.Primes.Length - 1, key.DigitCount);
        for (var i = 0; i < key.DigitCount; i++)
        {
            var digit = i;
            var reference = Noise(parameters, secret, key.Digit(i).Span, 0, i == 0 ? writeTarget : null);
            for (var j = 1; j < parameters.Primes.Length; j++)
                Assert.Equal(reference, Noise(parameters, secret, key.Digit(i).Span, j, j == digit ? writeTarget : null));
            RequireCentredBinomial(reference);
        }
    }

    public static long[] Centred(ReadOnlySpan<ulong> words, ulong modulus)
    {
        var result = new long[words.Length];
        for (var i = 0; i < result.Length; i++) result[i] = words[i] > modulus / 2 ? (long)words[i] - (long)modulus : (long)words[i];
        return result;
    }

    private static void RequireCentredBinomial(long[] noise)
    {
        Assert.All(noise, e => Assert.InRange(e, -LargestNoise, LargestNoise));
        var variance = noise.Average(e => (double)e * e);
        Assert.InRange(variance, 8.5, 12.5); // 10.5; its own standard deviation over 1024 samples is about 0.45
    }

    private static long[] Noise(CkksParameters parameters, SecretKey secret, ReadOnlySpan<ulong> words, int prime, TargetWriter? target)
    {
        var n = parameters.PolynomialDegree;
        var modulus = parameters.Context.Moduli[prime];
        var limb = words.Slice(prime * n, n).ToArray();
        LimbKernels.MultiplyAdd(limb, words.Slice((parameters.Primes.Length + prime) * n, n), secret.Limb(prime), modulus);
        if (target is not null)
        {
            var hidden = new ulong[n];
            target(prime, hidden);
            LimbKernels.MultiplyConstant(hidden, new ShoupFactor(modulus.Reduce(parameters.SpecialPrime), modulus.Value), hidden, modulus);
            LimbKernels.Subtract(limb, hidden, limb, modulus);
        }
        parameters.Context.Transforms[prime].Inverse(limb);
        return Centred(limb, modulus.Value);
    }
}
