using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks.Encryption;

/// <summary>Random polynomials that must stay secret, from the operating system's generator. Branch-free.</summary>
internal static class SecretSampling
{
    private const int NoiseBits = 21; // variance 2·21/4 = 10.5, standard deviation 3.24, at most 21: SEAL's sample_poly_cbd

    /// <summary>Coefficients independently uniform on {-1, 0, 1}.</summary>
    /// <remarks>floor(3·r / 2^64) of a uniform word r: the bias is below 2^-63.</remarks>
    [MethodImpl(Kernel.Loop)]
    public static void Ternary(Span<sbyte> coefficients)
    {
        using var random = new SecretScratch(8 * coefficients.Length);
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(random.Words));
        var words = random.Words;
        for (var i = 0; i < coefficients.Length; i++) coefficients[i] = (sbyte)((int)Math.BigMul(words[i], 3UL, out _) - 1);
    }

    /// <summary>Centred binomial noise: the difference of the weights of two groups of 21 bits.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void Noise(Span<sbyte> coefficients)
    {
        const ulong Mask = (1UL << NoiseBits) - 1;
        using var random = new SecretScratch(8 * coefficients.Length);
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(random.Words));
        var words = random.Words;
        for (var i = 0; i < coefficients.Length; i++)
            coefficients[i] = (sbyte)(BitOperations.PopCount(words[i] & Mask) - BitOperations.PopCount((words[i] >> NoiseBits) & Mask));
    }

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
    [MethodImpl(Kernel.Loop)]
    public static void ToTransformedLimb(ReadOnlySpan<sbyte> coefficients, RnsContext context, int prime, Span<ulong> limb)
    {
        var ntt = context.Transforms[prime];
        var q = ntt.Modulus.Value;
        if (ntt.HasLanes && ntt.HasFloats && q > (ulong)sbyte.MaxValue) // within 1, so that the lanes take them as they are
        {
            for (var i = 0; i < limb.Length; i++) limb[i] = BitConverter.DoubleToUInt64Bits(coefficients[i]);
            ntt.ForwardLanes<Ntt.AsIs, Ntt.ToWords>(limb, limb);
            return;
        }
        for (var i = 0; i < limb.Length; i++)
        {
            var value = (long)coefficients[i];
            limb[i] = (ulong)value + (q & (ulong)(value >> 63));
        }
        ntt.Forward(limb);
    }
}
