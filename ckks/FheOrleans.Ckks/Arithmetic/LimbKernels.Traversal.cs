using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>
/// One loop for every element-wise kernel: as many whole vectors as fit, then one word at a time. A kernel is an operator with a plain
/// member, which is its definition, and one for the lanes of any width, which must give the same words.
/// </content>
internal static partial class LimbKernels
{
    /// <summary>destination[i] = f(a[i], b[i]).</summary>
    private interface IBinaryOperator
    {
        /// <summary>Whether the member for lanes may be used: always for operations on words, up to 50 bits for those on doubles.</summary>
        bool HasLanes { get; }

        ulong Modulus { get; }

        ulong Invoke(ulong a, ulong b);

        TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct;
    }

    /// <summary>destination[i] = f(a[i], b[i], c[i], d[i]) with products. Of fewer sources the last is given several times.</summary>
    private interface IProductOperator
    {
        Modulus Modulus { get; }

        ulong Invoke(ulong a, ulong b, ulong c, ulong d);

        TVector Invoke<TProducts, TVector>(in TProducts q, TVector a, TVector b, TVector c, TVector d)
            where TProducts : struct, ILaneProducts<TProducts, TVector>
            where TVector : struct;
    }

    [MethodImpl(Kernel.Loop)]
    private static void Apply<TOperator>(TOperator operation, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, Span<ulong> destination)
        where TOperator : struct, IBinaryOperator
    {
        RequireEqualLengths(a.Length, b.Length, destination.Length);
        ref var a0 = ref MemoryMarshal.GetReference(a);
        ref var b0 = ref MemoryMarshal.GetReference(b);
        ref var to = ref MemoryMarshal.GetReference(destination);
        nint done = 0;
        if (operation.HasLanes && Lanes512.IsSupported)
            done = ApplyLanes<TOperator, Lanes512, Vector512<double>>(operation, ref a0, ref b0, ref to, destination.Length);
        else if (operation.HasLanes && Lanes256.IsSupported)
            done = ApplyLanes<TOperator, Lanes256, Vector256<double>>(operation, ref a0, ref b0, ref to, destination.Length);
        for (var i = done; i < destination.Length; i++) Unsafe.Add(ref to, i) = operation.Invoke(Unsafe.Add(ref a0, i), Unsafe.Add(ref b0, i));
    }

    /// <returns>How many words are done: all but less than one vector.</returns>
    [MethodImpl(Kernel.Loop)]
    private static nint ApplyLanes<TOperator, TLanes, TVector>(TOperator operation, ref ulong a, ref ulong b, ref ulong destination, nint length)
        where TOperator : struct, IBinaryOperator
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = new FloatModulus<TLanes, TVector>(operation.Modulus);
        ref var a0 = ref Unsafe.As<ulong, double>(ref a);
        ref var b0 = ref Unsafe.As<ulong, double>(ref b);
        ref var to = ref Unsafe.As<ulong, double>(ref destination);
        nint i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
            TLanes.Store(operation.Invoke(q, TLanes.Load(ref a0, i), TLanes.Load(ref b0, i)), ref to, i);
        return i;
    }

    [MethodImpl(Kernel.Loop)]
    private static void ApplyProduct<TOperator>(
        TOperator operation, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> c, ReadOnlySpan<ulong> d, Span<ulong> destination)
        where TOperator : struct, IProductOperator
    {
        RequireEqualLengths(a.Length, b.Length, destination.Length);
        RequireEqualLengths(c.Length, d.Length, destination.Length);
        ref var a0 = ref MemoryMarshal.GetReference(a);
        ref var b0 = ref MemoryMarshal.GetReference(b);
        ref var c0 = ref MemoryMarshal.GetReference(c);
        ref var d0 = ref MemoryMarshal.GetReference(d);
        ref var to = ref MemoryMarshal.GetReference(destination);
        nint done = 0;
        if (Lanes512.IsSupported) done = ApplyProduct<TOperator, Lanes512, Vector512<double>>(operation, ref a0, ref b0, ref c0, ref d0, ref to, destination.Length);
        else if (Lanes256.IsSupported) done = ApplyProduct<TOperator, Lanes256, Vector256<double>>(operation, ref a0, ref b0, ref c0, ref d0, ref to, destination.Length);
        for (var i = done; i < destination.Length; i++)
            Unsafe.Add(ref to, i) = operation.Invoke(Unsafe.Add(ref a0, i), Unsafe.Add(ref b0, i), Unsafe.Add(ref c0, i), Unsafe.Add(ref d0, i));
    }

    [MethodImpl(Kernel.Loop)]
    private static nint ApplyProduct<TOperator, TLanes, TVector>(
        TOperator operation, ref ulong a, ref ulong b, ref ulong c, ref ulong d, ref ulong destination, nint length)
        where TOperator : struct, IProductOperator
        where TLanes : struct, ILanes<TVector>
        where TVector : struct =>
        operation.Modulus.Bits <= FloatModulus.MaximumBits
            ? ProductLanes<TOperator, FloatModulus<TLanes, TVector>, TLanes, TVector>(operation, ref a, ref b, ref c, ref d, ref destination, length)
            : ProductLanes<TOperator, HalvesModulus<TLanes, TVector>, TLanes, TVector>(operation, ref a, ref b, ref c, ref d, ref destination, length);

    /// <returns>How many words are done: all but less than one vector.</returns>
    [MethodImpl(Kernel.Loop)]
    private static nint ProductLanes<TOperator, TProducts, TLanes, TVector>(
        TOperator operation, ref ulong a, ref ulong b, ref ulong c, ref ulong d, ref ulong destination, nint length)
        where TOperator : struct, IProductOperator
        where TProducts : struct, ILaneProducts<TProducts, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = TProducts.Create(operation.Modulus);
        ref var a0 = ref Unsafe.As<ulong, double>(ref a);
        ref var b0 = ref Unsafe.As<ulong, double>(ref b);
        ref var c0 = ref Unsafe.As<ulong, double>(ref c);
        ref var d0 = ref Unsafe.As<ulong, double>(ref d);
        ref var to = ref Unsafe.As<ulong, double>(ref destination);
        nint i = 0;
        for (; i <= length - TLanes.Count; i += TLanes.Count)
        {
            var result = operation.Invoke(q, TLanes.Load(ref a0, i), TLanes.Load(ref b0, i), TLanes.Load(ref c0, i), TLanes.Load(ref d0, i));
            TLanes.Store(result, ref to, i);
        }
        return i;
    }
}
