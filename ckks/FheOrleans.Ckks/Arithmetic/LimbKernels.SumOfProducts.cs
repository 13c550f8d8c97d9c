using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>The inner product of key switching.</content>
internal static partial class LimbKernels
{
    /// <summary>
    /// first[i] = Σ_d digits[d·n + i] · keys[d][firstOffset + i] mod q, and second[i] likewise from secondOffset; n = first.Length.
    /// </summary>
    /// <param name="digits">One transformed digit after another, n words each, lazily reduced: in [0, 4q).</param>
    /// <param name="digitCount">At most 64, so that the sum of products below 4q·q ≤ 2^122 stays below 2^128.</param>
    /// <param name="keys">For each digit the words of its key; residues in [0, q) at both offsets.</param>
    /// <param name="firstOffset">Where this limb of the key's first polynomial starts.</param>
    /// <param name="secondOffset">Where this limb of the key's second polynomial starts.</param>
    /// <param name="first">n residues in [0, q).</param>
    /// <param name="second">n residues in [0, q).</param>
    /// <param name="modulus">q.</param>
    /// <remarks>Sums are kept as 128-bit numbers and reduced once: one reduction instead of one per digit.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumOfProducts(
        ReadOnlySpan<ulong> digits,
        int digitCount,
        ReadOnlySpan<ulong[]> keys,
        int firstOffset,
        int secondOffset,
        Span<ulong> first,
        Span<ulong> second,
        in Modulus modulus)
    {
        var n = first.Length;
        RequireEqualLengths(n, second.Length, n);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digitCount, 64);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digitCount, keys.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(digits.Length, digitCount * n, nameof(digits));
        for (var d = 0; d < digitCount; d++)
        {
            if (firstOffset < 0 || secondOffset < 0 || keys[d].Length - n < Math.Max(firstOffset, secondOffset))
                throw new ArgumentException("A key is shorter than its limbs.", nameof(keys));
        }

        ref var digit = ref MemoryMarshal.GetReference(digits);
        ref var key = ref MemoryMarshal.GetReference(keys);
        ref var to0 = ref MemoryMarshal.GetReference(first);
        ref var to1 = ref MemoryMarshal.GetReference(second);
        var q = modulus;
        for (nint i = 0; i < n; i++)
        {
            ulong high0 = 0, low0 = 0, high1 = 0, low1 = 0;
            ref var x = ref Unsafe.Add(ref digit, i);
            for (nint d = 0; d < digitCount; d++)
            {
                ref var words = ref MemoryMarshal.GetArrayDataReference(Unsafe.Add(ref key, d));
                high0 += Math.BigMul(x, Unsafe.Add(ref words, firstOffset + i), out var low);
                low0 += low;
                high0 += low0 < low ? 1UL : 0UL;
                high1 += Math.BigMul(x, Unsafe.Add(ref words, secondOffset + i), out low);
                low1 += low;
                high1 += low1 < low ? 1UL : 0UL;
                x = ref Unsafe.Add(ref x, n);
            }
            Unsafe.Add(ref to0, i) = q.ReduceWide(high0, low0);
            Unsafe.Add(ref to1, i) = q.ReduceWide(high1, low1);
        }
    }
}
