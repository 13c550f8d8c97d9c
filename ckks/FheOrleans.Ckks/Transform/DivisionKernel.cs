using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Transform;

/// <summary>
/// The last step of dividing by a dropped prime p, in lanes, with all that follows it in one pass over memory:
/// destination = σ((x - r)·p^-1 + addend) mod q, where r is x mod p.
/// </summary>
internal static class DivisionKernel
{
    /// <summary>One limb. Only without an automorphism may the destination be x, if that is words, or the addend.</summary>
    /// <param name="ntt">The transform modulo q, for its kind of numbers.</param>
    /// <param name="x">Words in [0, q), or kernel form, within 1.</param>
    /// <param name="isKernelForm">Which of both.</param>
    /// <param name="remainder">r in kernel form, as the forward transform leaves it.</param>
    /// <param name="inverse">p^-1 mod q.</param>
    /// <param name="addend">Words in [0, q), or empty for none.</param>
    /// <param name="permutation">σ, or null for none.</param>
    /// <param name="destination">Gets words in [0, q).</param>
    [MethodImpl(Kernel.Loop)]
    public static void Apply(
        Ntt ntt, ReadOnlySpan<ulong> x, bool isKernelForm, ReadOnlySpan<ulong> remainder, ShoupFactor inverse,
        ReadOnlySpan<ulong> addend, GaloisPermutation? permutation, Span<ulong> destination)
    {
        LimbKernels.RequireEqualLengths(x.Length, remainder.Length, destination.Length);
        LimbKernels.RequireEqualLengths(ntt.Degree, x.Length, addend.IsEmpty ? x.Length : addend.Length);
        var work = new Work(ntt, x, isKernelForm, remainder, inverse, addend, permutation, destination);
        if (ntt.HasVector512)
        {
            if (ntt.HasFloats) Apply<FloatModulus<Lanes512, Vector512<double>>, Lanes512, Vector512<double>>(work);
            else Apply<WordModulus<Lanes512, Vector512<double>>, Lanes512, Vector512<double>>(work);
        }
        else
        {
            if (ntt.HasFloats) Apply<FloatModulus<Lanes256, Vector256<double>>, Lanes256, Vector256<double>>(work);
            else Apply<WordModulus<Lanes256, Vector256<double>>, Lanes256, Vector256<double>>(work);
        }
    }

    [MethodImpl(Kernel.Loop)]
    private static void Apply<TModulus, TLanes, TVector>(in Work work)
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (work.IsKernelForm) Apply<Ntt.AsIs, TModulus, TLanes, TVector>(work);
        else Apply<Ntt.FromWords, TModulus, TLanes, TVector>(work);
    }

    /// <remarks>In units of q: x within 1 and r within 3.6 are reduced, the product is within 0.52, with the addend within 1.52.</remarks>
    [MethodImpl(Kernel.Loop)]
    private static void Apply<TInput, TModulus, TLanes, TVector>(in Work work)
        where TInput : struct, Ntt.IInput
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = TModulus.Create(work.Ntt.Modulus.Value);
        var unshifted = q.Middle(0);
        var (operand, ratio) = work.Ntt.Prepare(work.Inverse);
        var (w, wRatio) = (TLanes.Create(operand), TLanes.Create(ratio));
        ref var x = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(work.X));
        ref var r = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(work.Remainder));
        ref var addend = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(work.Addend));
        ref var to = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(work.Destination));
        var hasAddend = !work.Addend.IsEmpty;
        var sources = work.Permutation is null ? default : work.Permutation.Blocks;
        ref var orders = ref work.Permutation is null ? ref r : ref work.Permutation.Orders;
        nint length = work.Destination.Length;
        for (nint i = 0; i < length; i += TLanes.Count)
        {
            nint at = i, lane = 0;
            if (!sources.IsEmpty)
            {
                at = sources[(int)(i / TLanes.Count)];
                lane = at & (TLanes.Count - 1);
                at -= lane;
            }
            var difference = q.Reduce(q.Subtract(TInput.Take(TLanes.Load(ref x, at), unshifted, q), TLanes.Load(ref r, at)));
            var value = q.Multiply(difference, w, wRatio);
            if (hasAddend) value = q.Add(value, q.FromWords(TLanes.Load(ref addend, at), unshifted));
            value = q.ToWords(q.Reduce(value));
            if (!sources.IsEmpty) value = TLanes.Permute(value, TLanes.Load(ref orders, lane * TLanes.Count));
            TLanes.Store(value, ref to, i);
        }
    }

    private readonly ref struct Work(
        Ntt ntt, ReadOnlySpan<ulong> x, bool isKernelForm, ReadOnlySpan<ulong> remainder, ShoupFactor inverse,
        ReadOnlySpan<ulong> addend, GaloisPermutation? permutation, Span<ulong> destination)
    {
        public readonly Ntt Ntt = ntt;
        public readonly ReadOnlySpan<ulong> X = x;
        public readonly bool IsKernelForm = isKernelForm;
        public readonly ReadOnlySpan<ulong> Remainder = remainder;
        public readonly ShoupFactor Inverse = inverse;
        public readonly ReadOnlySpan<ulong> Addend = addend;
        public readonly GaloisPermutation? Permutation = permutation;
        public readonly Span<ulong> Destination = destination;
    }
}
