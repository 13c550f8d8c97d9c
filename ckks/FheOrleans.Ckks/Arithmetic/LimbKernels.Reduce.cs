using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>Residues modulo one prime carried to another. Results are lazy, in [0, 3q), as the forward transform takes them.</content>
internal static partial class LimbKernels
{
    /// <summary>destination[i] = source[i] mod q, taken as it is: SEAL's digit. In [0, 2q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReduceLazy(ReadOnlySpan<ulong> source, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(source.Length, source.Length, destination.Length);
        ref var a = ref MemoryMarshal.GetReference(source);
        ref var c = ref MemoryMarshal.GetReference(destination);
        var q = modulus;
        for (nint i = 0; i < destination.Length; i++) Unsafe.Add(ref c, i) = q.ReduceLazy(Unsafe.Add(ref a, i));
    }

    /// <summary>
    /// destination[i] = source[i] mod q, where source holds residues of p read as centred numbers in (-p/2, p/2). In [0, 3q).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReduceCentredLazy(ReadOnlySpan<ulong> source, in Modulus from, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(source.Length, source.Length, destination.Length);
        ref var a = ref MemoryMarshal.GetReference(source);
        ref var c = ref MemoryMarshal.GetReference(destination);
        var q = modulus;
        var half = from.Value >> 1;
        var minusP = q.Negate(q.Reduce(from.Value));
        for (nint i = 0; i < destination.Length; i++)
        {
            var x = Unsafe.Add(ref a, i);
            var isNegative = (ulong)((long)(half - x) >> 63);
            Unsafe.Add(ref c, i) = q.ReduceLazy(x) + (minusP & isNegative);
        }
    }

    /// <summary>destination[i] = source[i] - offset mod q; source any words, offset in [0, q). In [0, 3q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ReduceSubtractLazy(ReadOnlySpan<ulong> source, ulong offset, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(source.Length, source.Length, destination.Length);
        ref var a = ref MemoryMarshal.GetReference(source);
        ref var c = ref MemoryMarshal.GetReference(destination);
        var q = modulus;
        var complement = q.Value - offset;
        for (nint i = 0; i < destination.Length; i++) Unsafe.Add(ref c, i) = q.ReduceLazy(Unsafe.Add(ref a, i)) + complement;
    }
}
