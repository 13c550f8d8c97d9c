using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Hashing;

/// <summary>
/// A public seed that stands for a uniform polynomial, so that a fresh ciphertext or key travels at half its size.
/// </summary>
internal sealed class PolynomialSeed
{
    private readonly byte[] _bytes;

    public PolynomialSeed(SeedGenerator generator, ReadOnlySpan<byte> bytes)
    {
        Generator = generator;
        _bytes = bytes.ToArray();
    }

    public SeedGenerator Generator { get; }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Writes the polynomial: one limb after another, values in transformed order, each uniform in [0, q_j).</summary>
    /// <param name="moduli">The primes of the level, in order.</param>
    /// <param name="destination">degree·moduli.Length words.</param>
    /// <remarks>
    /// SEAL's order: all limbs are filled first; then, limb by limb, a word at or above the largest multiple of q_j is replaced
    /// by the next word of the stream until one is below it. The branch shows nothing: the seed is public.
    /// </remarks>
    [MethodImpl(Kernel.Loop)]
    public void Expand(ReadOnlySpan<Modulus> moduli, Span<ulong> destination)
    {
        Span<byte> block = stackalloc byte[SeedStream.StreamBlockBytes];
        var stream = new SeedStream(Generator, _bytes, block);
        stream.Fill(MemoryMarshal.AsBytes(destination));
        if (!BitConverter.IsLittleEndian) System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(destination, destination);

        var degree = destination.Length / moduli.Length;
        for (var j = 0; j < moduli.Length; j++)
        {
            var modulus = moduli[j];
            var limit = ulong.MaxValue - (ulong.MaxValue % modulus.Value) - 1;
            var limb = destination.Slice(j * degree, degree);
            foreach (ref var word in limb)
            {
                while (word >= limit) word = stream.NextWord();
            }
            LimbKernels.Reduce(limb, limb, modulus);
        }
    }
}
