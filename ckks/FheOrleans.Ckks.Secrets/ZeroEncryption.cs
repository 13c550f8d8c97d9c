using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Encryption;
using FheOrleans.Ckks.Hashing;

namespace FheOrleans.Ckks.Secrets;

/// <summary>Encryptions of zero under the secret key itself, (b, a) = (-(a·s + e), a): fresh ciphertexts and all keys start as one.</summary>
internal static class ZeroEncryption
{
    /// <summary>Writes b and a, transformed, modulo the first primes.</summary>
    /// <param name="key">The secret key.</param>
    /// <param name="limbs">Number of primes.</param>
    /// <param name="destination">2·limbs·N words: b, then a.</param>
    /// <returns>The public seed that a was expanded from.</returns>
    /// <exception cref="ObjectDisposedException">The key was disposed of, perhaps meanwhile. The destination is all zero then.</exception>
    public static PolynomialSeed Create(SecretKey key, int limbs, Span<ulong> destination)
    {
        var n = key.Parameters.PolynomialDegree;
        var context = key.Parameters.Context;
        Span<byte> seedBytes = stackalloc byte[SeedStream.SeedBytes];
        RandomNumberGenerator.Fill(seedBytes);
        var seed = new PolynomialSeed(SeedGenerator.Blake2xb, seedBytes);
        var b = destination[..(limbs * n)];
        var a = destination[(limbs * n)..];
        seed.Expand(context.Moduli.AsSpan(0, limbs), a);

        using var noise = new SecretScratch(n);
        SecretSampling.Noise(noise.Small);
        try
        {
            SecretSampling.ToTransformedLimbs(noise.Small, context, b);
            for (var j = 0; j < limbs; j++)
            {
                var limb = b.Slice(j * n, n);
                LimbKernels.MultiplyAdd(limb, a.Slice(j * n, n), key.Limb(j), context.Moduli[j]);
                LimbKernels.Negate(limb, limb, context.Moduli[j]);
            }
            key.RequireAlive();
            return seed;
        }
        catch
        {
            // One limb made with the key and another with its zeros would be a·s + e and e: together, the key.
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(destination));
            throw;
        }
    }
}
