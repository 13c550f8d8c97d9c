using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FheOrleans.Ckks.Encryption;

/// <summary>Random polynomials that must stay secret, from the operating system's generator. Branch-free.</summary>
internal static class SecretSampling
{
    private const int NoiseBits = 21; // variance 2·21/4 = 10.5, standard deviation 3.24, at most 21: SEAL's sample_poly_cbd

    /// <summary>Coefficients independently uniform on {-1, 0, 1}.</summary>
    /// <remarks>floor(3·r / 2^64) of a uniform word r: the bias is below 2^-63.</remarks>
    public static void Ternary(Span<sbyte> coefficients) => Sample(coefficients, static random => (sbyte)((int)Math.BigMul(random, 3UL, out _) - 1));

    /// <summary>Centred binomial noise: the difference of the weights of two groups of 21 bits.</summary>
    public static void Noise(Span<sbyte> coefficients) => Sample(coefficients, static random =>
    {
        const ulong Mask = (1UL << NoiseBits) - 1;
        return (sbyte)(BitOperations.PopCount(random & Mask) - BitOperations.PopCount((random >> NoiseBits) & Mask));
    });

    /// <summary>Writes small signed coefficients as residues modulo each prime and transforms them.</summary>
    /// <param name="coefficients">N small coefficients.</param>
    /// <param name="context">Transforms.</param>
    /// <param name="limbs">Some first limbs, N words each.</param>
    public static void ToTransformedLimbs(ReadOnlySpan<sbyte> coefficients, RnsContext context, Span<ulong> limbs)
    {
        for (var j = 0; j < limbs.Length / coefficients.Length; j++)
            ToTransformedLimb(coefficients, context, j, limbs.Slice(j * coefficients.Length, coefficients.Length));
    }

    /// <summary>The same for one prime.</summary>
    public static void ToTransformedLimb(ReadOnlySpan<sbyte> coefficients, RnsContext context, int prime, Span<ulong> limb)
    {
        var q = context.Moduli[prime].Value;
        for (var i = 0; i < limb.Length; i++)
        {
            var value = (long)coefficients[i];
            limb[i] = (ulong)value + (q & (ulong)(value >> 63));
        }
        context.Transforms[prime].Forward(limb);
    }

    private static void Sample(Span<sbyte> coefficients, Func<ulong, sbyte> draw)
    {
        using var random = new SecretScratch(8 * coefficients.Length);
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(random.Words));
        for (var i = 0; i < coefficients.Length; i++) coefficients[i] = draw(random.Words[i]);
    }
}
