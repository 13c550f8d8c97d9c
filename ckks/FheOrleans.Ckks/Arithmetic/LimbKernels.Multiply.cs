using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>Products.</content>
internal static partial class LimbKernels
{
    /// <summary>destination[i] = left[i] · right[i] mod q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(left.Length, right.Length, destination.Length);
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        ref var c = ref MemoryMarshal.GetReference(destination);
        var q = modulus; // a local copy: its fields stay in registers
        for (nint i = 0; i < destination.Length; i++)
            Unsafe.Add(ref c, i) = q.Multiply(Unsafe.Add(ref a, i), Unsafe.Add(ref b, i));
    }

    /// <summary>accumulator[i] += left[i] · right[i] mod q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, in Modulus modulus)
    {
        RequireEqualLengths(left.Length, right.Length, accumulator.Length);
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        ref var c = ref MemoryMarshal.GetReference(accumulator);
        var q = modulus;
        for (nint i = 0; i < accumulator.Length; i++)
            Unsafe.Add(ref c, i) = q.MultiplyAdd(Unsafe.Add(ref c, i), Unsafe.Add(ref a, i), Unsafe.Add(ref b, i));
    }

    /// <summary>accumulator[i] = accumulator[i] · factor[i] + addend[i] mod q: one step of Horner's rule.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyThenAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> factor, ReadOnlySpan<ulong> addend, in Modulus modulus)
    {
        RequireEqualLengths(factor.Length, addend.Length, accumulator.Length);
        ref var a = ref MemoryMarshal.GetReference(factor);
        ref var b = ref MemoryMarshal.GetReference(addend);
        ref var c = ref MemoryMarshal.GetReference(accumulator);
        var q = modulus;
        for (nint i = 0; i < accumulator.Length; i++)
            Unsafe.Add(ref c, i) = q.MultiplyAdd(Unsafe.Add(ref b, i), Unsafe.Add(ref c, i), Unsafe.Add(ref a, i));
    }

    /// <summary>destination[i] = a[i]·d[i] + b[i]·c[i] mod q with one reduction: the middle term of (a, b)·(c, d).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyCross(
        ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> c, ReadOnlySpan<ulong> d, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(a.Length, b.Length, destination.Length);
        RequireEqualLengths(c.Length, d.Length, destination.Length);
        ref var a0 = ref MemoryMarshal.GetReference(a);
        ref var b0 = ref MemoryMarshal.GetReference(b);
        ref var c0 = ref MemoryMarshal.GetReference(c);
        ref var d0 = ref MemoryMarshal.GetReference(d);
        ref var to = ref MemoryMarshal.GetReference(destination);
        var q = modulus;
        for (nint i = 0; i < destination.Length; i++)
        {
            // Two products of 120 bits: their sum fits 128.
            var high = Math.BigMul(Unsafe.Add(ref a0, i), Unsafe.Add(ref d0, i), out var low);
            high += Math.BigMul(Unsafe.Add(ref b0, i), Unsafe.Add(ref c0, i), out var otherLow);
            low += otherLow;
            high += low < otherLow ? 1UL : 0UL;
            Unsafe.Add(ref to, i) = q.ReduceWide(high, low);
        }
    }

    /// <summary>destination[i] = source[i] · w mod q; source any words.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyConstant(ReadOnlySpan<ulong> source, ShoupFactor factor, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(source.Length, source.Length, destination.Length);
        ref var a = ref MemoryMarshal.GetReference(source);
        ref var c = ref MemoryMarshal.GetReference(destination);
        var q = modulus.Value;
        for (nint i = 0; i < destination.Length; i++)
            Unsafe.Add(ref c, i) = factor.Multiply(Unsafe.Add(ref a, i), q);
    }

    /// <summary>accumulator[i] += source[i] · w mod q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyConstantAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> source, ShoupFactor factor, in Modulus modulus)
    {
        RequireEqualLengths(source.Length, source.Length, accumulator.Length);
        ref var a = ref MemoryMarshal.GetReference(source);
        ref var c = ref MemoryMarshal.GetReference(accumulator);
        var q = modulus.Value;
        for (nint i = 0; i < accumulator.Length; i++)
        {
            var sum = factor.MultiplyLazy(Unsafe.Add(ref a, i), q) + Unsafe.Add(ref c, i); // below 3q
            Unsafe.Add(ref c, i) = Modulus.SubtractIfAtLeast(Modulus.SubtractIfAtLeast(sum, q << 1), q);
        }
    }

    /// <summary>
    /// destination[i] = (minuend[i] - subtrahend[i]) · w mod q, the last step of a division by a dropped prime.
    /// The subtrahend is a lazy transform, in [0, 4q).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SubtractMultiplyConstant(
        ReadOnlySpan<ulong> minuend, ReadOnlySpan<ulong> subtrahend, ShoupFactor factor, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(minuend.Length, subtrahend.Length, destination.Length);
        ref var a = ref MemoryMarshal.GetReference(minuend);
        ref var b = ref MemoryMarshal.GetReference(subtrahend);
        ref var c = ref MemoryMarshal.GetReference(destination);
        var q = modulus.Value;
        var fourQ = q << 2;
        for (nint i = 0; i < destination.Length; i++)
            Unsafe.Add(ref c, i) = factor.Multiply(Unsafe.Add(ref a, i) + fourQ - Unsafe.Add(ref b, i), q);
    }
}
