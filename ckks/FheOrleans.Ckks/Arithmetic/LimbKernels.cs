using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>
/// Element-wise operations on one limb: spans of residues modulo one prime. Contract of all of them: residues in [0, q) unless
/// said otherwise; spans of equal length (checked, in Release too), any length; a destination may be exactly one of the
/// sources; partial overlap is not supported.
/// </summary>
/// <remarks>
/// Every method of the kernel call tree is marked AggressiveOptimization: under default tiering the drivers of such loops run
/// several times slower until they tier up, and differently from process to process (measured).
/// </remarks>
internal static partial class LimbKernels
{
    /// <summary>destination[i] = left[i] + right[i] mod q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(left.Length, right.Length, destination.Length);
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        ref var c = ref MemoryMarshal.GetReference(destination);
        var q = modulus.Value;
        for (nint i = 0; i < destination.Length; i++)
            Unsafe.Add(ref c, i) = Modulus.SubtractIfAtLeast(Unsafe.Add(ref a, i) + Unsafe.Add(ref b, i), q);
    }

    /// <summary>destination[i] = left[i] - right[i] mod q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Subtract(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(left.Length, right.Length, destination.Length);
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        ref var c = ref MemoryMarshal.GetReference(destination);
        var q = modulus.Value;
        for (nint i = 0; i < destination.Length; i++)
        {
            var difference = Unsafe.Add(ref a, i) - Unsafe.Add(ref b, i);
            Unsafe.Add(ref c, i) = difference + (q & (ulong)((long)difference >> 63));
        }
    }

    /// <summary>destination[i] = -source[i] mod q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Negate(ReadOnlySpan<ulong> source, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(source.Length, source.Length, destination.Length);
        ref var a = ref MemoryMarshal.GetReference(source);
        ref var c = ref MemoryMarshal.GetReference(destination);
        var q = modulus.Value;
        for (nint i = 0; i < destination.Length; i++)
        {
            var difference = 0 - Unsafe.Add(ref a, i);
            Unsafe.Add(ref c, i) = difference + (q & (ulong)((long)difference >> 63));
        }
    }

    /// <summary>destination[i] = source[i] + constant mod q; constant in [0, q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddConstant(ReadOnlySpan<ulong> source, ulong constant, Span<ulong> destination, in Modulus modulus)
    {
        RequireEqualLengths(source.Length, source.Length, destination.Length);
        ref var a = ref MemoryMarshal.GetReference(source);
        ref var c = ref MemoryMarshal.GetReference(destination);
        var q = modulus.Value;
        for (nint i = 0; i < destination.Length; i++)
            Unsafe.Add(ref c, i) = Modulus.SubtractIfAtLeast(Unsafe.Add(ref a, i) + constant, q);
    }

    /// <summary>Whether every word is below the bound; the running time shows only the length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AllBelow(ReadOnlySpan<ulong> words, ulong bound)
    {
        // A word w < bound < 2^63 makes w - bound negative as a signed number; a word of 2^63 or more is itself negative.
        ulong faults = 0;
        foreach (var word in words) faults |= ~(word - bound) | word;
        return (long)faults >= 0;
    }

    internal static void RequireEqualLengths(int first, int second, int third)
    {
        if (first != second || first != third)
            throw new ArgumentException($"Limbs of different lengths: {first}, {second}, {third}.");
    }
}
