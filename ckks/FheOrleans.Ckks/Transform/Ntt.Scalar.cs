using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Transform;

/// <content>The plain version: one butterfly at a time, never unrolled. The reference for every other version.</content>
internal sealed partial class Ntt
{
    /// <summary>In and out in [0, 4q). A butterfly brings x to [0, 2q) and takes w·y lazily in [0, 2q).</summary>
    [MethodImpl(Kernel.Loop)]
    internal void ForwardLazyScalar(Span<ulong> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        ref var twiddle = ref MemoryMarshal.GetArrayDataReference(_twiddles);
        var q = Modulus.Value;
        var twoQ = q << 1;
        nint gap = Degree;
        for (nint blocks = 1; blocks < Degree; blocks <<= 1)
        {
            gap >>= 1;
            ref var x = ref first;
            for (nint block = 0; block < blocks; block++)
            {
                var w = Unsafe.Add(ref twiddle, blocks + block);
                ref var y = ref Unsafe.Add(ref x, gap);
                for (nint i = 0; i < gap; i++)
                {
                    var u = Modulus.SubtractIfAtLeast(Unsafe.Add(ref x, i), twoQ);
                    var v = w.MultiplyLazy(Unsafe.Add(ref y, i), q);
                    Unsafe.Add(ref x, i) = u + v;
                    Unsafe.Add(ref y, i) = u + twoQ - v;
                }
                x = ref Unsafe.Add(ref y, gap);
            }
        }
    }

    /// <summary>In and out in [0, 2q) until the last stage, which multiplies by N^-1 and reduces to [0, q).</summary>
    [MethodImpl(Kernel.Loop)]
    internal void InverseScalar(Span<ulong> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        ref var twiddle = ref MemoryMarshal.GetArrayDataReference(_inverseTwiddles);
        var q = Modulus.Value;
        var twoQ = q << 1;
        nint gap = 1;
        for (nint blocks = Degree >> 1; blocks > 1; blocks >>= 1)
        {
            ref var x = ref first;
            for (nint block = 0; block < blocks; block++)
            {
                var w = Unsafe.Add(ref twiddle, blocks + block);
                ref var y = ref Unsafe.Add(ref x, gap);
                for (nint i = 0; i < gap; i++)
                {
                    var u = Unsafe.Add(ref x, i);
                    var v = Unsafe.Add(ref y, i);
                    Unsafe.Add(ref x, i) = Modulus.SubtractIfAtLeast(u + v, twoQ);
                    Unsafe.Add(ref y, i) = w.MultiplyLazy(u + twoQ - v, q);
                }
                x = ref Unsafe.Add(ref y, gap);
            }
            gap <<= 1;
        }

        ref var upper = ref Unsafe.Add(ref first, gap);
        for (nint i = 0; i < gap; i++)
        {
            var u = Unsafe.Add(ref first, i);
            var v = Unsafe.Add(ref upper, i);
            Unsafe.Add(ref first, i) = _inverseDegree.Multiply(u + v, q);
            Unsafe.Add(ref upper, i) = _lastInverse.Multiply(u + twoQ - v, q);
        }
    }

    [MethodImpl(Kernel.Loop)]
    internal void ReduceFromFourQScalar(Span<ulong> values)
    {
        var q = Modulus.Value;
        var twoQ = q << 1;
        foreach (ref var value in values)
            value = Modulus.SubtractIfAtLeast(Modulus.SubtractIfAtLeast(value, twoQ), q);
    }
}
