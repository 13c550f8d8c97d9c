using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FheOrleans.Ckks.Transform;

/// <summary>
/// The automorphism X → X^g on transformed limbs: since index i holds the value at ψ^(2·brv(i)+1), it only moves values,
/// out[i] = in[brv((g·(2·brv(i)+1) mod 2N) >> 1)], the same way in every limb.
/// </summary>
internal sealed class GaloisPermutation
{
    private readonly int[] _sources;

    public GaloisPermutation(int degree, ulong element)
    {
        var bits = BitOperations.Log2((uint)degree);
        var mask = 2 * (uint)degree - 1;
        _sources = new int[degree];
        for (var i = 0; i < degree; i++)
        {
            var exponent = (2 * (uint)Ntt.ReverseBits(i, bits)) + 1;
            _sources[i] = Ntt.ReverseBits((int)(((uint)element * exponent & mask) >> 1), bits);
        }
    }

    /// <summary>Permutes one limb. The spans have N words each and must not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Apply(ReadOnlySpan<ulong> source, Span<ulong> destination)
    {
        if (source.Length != _sources.Length || destination.Length != _sources.Length)
            throw new ArgumentException($"The permutation takes limbs of {_sources.Length} words, not {source.Length} and {destination.Length}.");
        if (source.Overlaps(destination)) throw new ArgumentException("A permutation cannot be done in place.");
        ref var from = ref MemoryMarshal.GetReference(source); // every entry of _sources is below N by construction
        for (var i = 0; i < _sources.Length; i++) destination[i] = Unsafe.Add(ref from, _sources[i]);
    }
}
