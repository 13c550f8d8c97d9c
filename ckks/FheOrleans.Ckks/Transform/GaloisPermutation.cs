using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Transform;

/// <summary>
/// The automorphism X → X^g on transformed limbs: since index i holds the value at ψ^(2·brv(i)+1), it only moves values,
/// out[i] = in[brv((g·(2·brv(i)+1) mod 2N) >> 1)], the same way in every limb.
/// </summary>
/// <remarks>
/// The low bits of i are the high ones of brv(i), and those do not influence the low bits of the product. So an aligned block of L = 2^k
/// values comes from one aligned block, and its order within, brv(c + g·brv(t) mod L) for lane t, depends on the block only through
/// c: where the block's first value comes from tells both. A vector is one load, one permutation, one store.
/// </remarks>
internal sealed class GaloisPermutation
{
    private readonly int _degree;
    private readonly ulong _element;
    private readonly int _lanes;               // L: 1 for the plain version
    private readonly int[] _sources;           // for each block, where its first value comes from
    private readonly AlignedDoubles _orders;   // [L·r ..]: the permutation of a block whose first value is lane r of its source

    public GaloisPermutation(int degree, ulong element)
        : this(degree, element, LaneWidth.For(degree))
    {
    }

    /// <summary>For tests: with a given number of lanes, which the processor must have.</summary>
    [MethodImpl(Kernel.Loop)]
    internal GaloisPermutation(int degree, ulong element, int lanes)
    {
        (_degree, _element, _lanes) = (degree, element, lanes);
        _sources = new int[degree / lanes];
        for (var block = 0; block < _sources.Length; block++) _sources[block] = Source(block * lanes, degree, element);
        _orders = new AlignedDoubles(lanes * lanes);
        var orders = MemoryMarshal.Cast<double, ulong>(_orders.Span);
        for (var block = 0; block < _sources.Length; block++)
        {
            var order = orders.Slice((_sources[block] & (lanes - 1)) * lanes, lanes);
            if (order.ContainsAnyExcept(0UL)) continue; // a permutation is not all zeros
            for (var lane = 0; lane < lanes; lane++)
            {
                var from = Source((block * lanes) + lane, degree, element) & (lanes - 1);
                order[lane] = lanes == Lanes256.Count ? Lanes256.PermutationIndex(from) : Lanes512.PermutationIndex(from);
            }
        }
    }

    /// <summary>Permutes one limb. The spans have N words each and must not overlap.</summary>
    [MethodImpl(Kernel.Loop)]
    public void Apply(ReadOnlySpan<ulong> source, Span<ulong> destination)
    {
        if (source.Length != _degree || destination.Length != _degree)
            throw new ArgumentException($"The permutation takes limbs of {_degree} words, not {source.Length} and {destination.Length}.");
        if (source.Overlaps(destination)) throw new ArgumentException("A permutation cannot be done in place.");
        ref var from = ref MemoryMarshal.GetReference(source); // every entry of _sources is below N by construction
        ref var to = ref MemoryMarshal.GetReference(destination);
        if (_lanes == Lanes512.Count) ApplyLanes<Lanes512, Vector512<double>>(ref from, ref to);
        else if (_lanes == Lanes256.Count) ApplyLanes<Lanes256, Vector256<double>>(ref from, ref to);
        else for (var i = 0; i < _sources.Length; i++) Unsafe.Add(ref to, i) = Unsafe.Add(ref from, _sources[i]);
    }

    [MethodImpl(Kernel.Loop)]
    private void ApplyLanes<TLanes, TVector>(ref ulong source, ref ulong destination)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        ref var from = ref Unsafe.As<ulong, double>(ref source);
        ref var to = ref Unsafe.As<ulong, double>(ref destination);
        ref var orders = ref _orders.First;
        var sources = _sources;
        for (var block = 0; block < sources.Length; block++)
        {
            nint first = sources[block];
            var lane = first & (TLanes.Count - 1);
            var permuted = TLanes.Permute(TLanes.Load(ref from, first - lane), TLanes.Load(ref orders, lane * TLanes.Count));
            TLanes.Store(permuted, ref to, block * (nint)TLanes.Count);
        }
    }

    /// <summary>For each block of lanes where its first value comes from.</summary>
    internal ReadOnlySpan<int> Blocks => _sources;

    /// <summary>[L·r ..]: the order within a block whose first value comes from lane r.</summary>
    internal ref double Orders => ref _orders.First;

    /// <summary>For each value where it comes from.</summary>
    internal int[] Sources()
    {
        var sources = new int[_degree];
        for (var i = 0; i < sources.Length; i++) sources[i] = Source(i, _degree, _element);
        return sources;
    }

    /// <summary>The automorphism that takes this one back.</summary>
    internal GaloisPermutation Inverse()
    {
        // In the group of odd numbers mod 2N the inverse is one of the powers.
        var order = 2 * (ulong)_degree;
        var inverse = 1UL;
        while (inverse * _element % order != 1) inverse = inverse * _element % order;
        return new GaloisPermutation(_degree, inverse);
    }

    private static int Source(int index, int degree, ulong element)
    {
        var bits = BitOperations.Log2((uint)degree);
        var exponent = (2 * (uint)Ntt.ReverseBits(index, bits)) + 1;
        return Ntt.ReverseBits((int)(((uint)element * exponent & ((2 * (uint)degree) - 1)) >> 1), bits);
    }
}
