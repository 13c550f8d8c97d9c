using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
    /// <remarks>
    /// The plain version keeps sums as 128-bit numbers and reduces once. On lanes every product is reduced, which takes fewer
    /// instructions there than carries would.
    /// </remarks>
    [MethodImpl(Kernel.Loop)]
    public static void SumOfProducts(
        ReadOnlySpan<ulong> digits,
        int digitCount,
        ReadOnlySpan<AlignedWords> keys,
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
            if (firstOffset < 0 || secondOffset < 0 || keys[d].Count - n < Math.Max(firstOffset, secondOffset))
                throw new ArgumentException("A key is shorter than its limbs.", nameof(keys));
        }

        ref var digit = ref MemoryMarshal.GetReference(digits);
        ref var key = ref MemoryMarshal.GetReference(keys);
        ref var to0 = ref MemoryMarshal.GetReference(first);
        ref var to1 = ref MemoryMarshal.GetReference(second);
        nint done = 0;
        if (modulus.Bits <= FloatModulus.MaximumBits && Lanes512.IsSupported)
            done = SumOfProducts<Lanes512, Vector512<double>>(ref digit, digitCount, ref key, firstOffset, secondOffset, ref to0, ref to1, n, modulus.Value);
        else if (modulus.Bits <= FloatModulus.MaximumBits && Lanes256.IsSupported)
            done = SumOfProducts<Lanes256, Vector256<double>>(ref digit, digitCount, ref key, firstOffset, secondOffset, ref to0, ref to1, n, modulus.Value);
        var q = modulus;
        for (var i = done; i < n; i++)
        {
            ulong high0 = 0, low0 = 0, high1 = 0, low1 = 0;
            ref var x = ref Unsafe.Add(ref digit, i);
            for (nint d = 0; d < digitCount; d++)
            {
                ref var words = ref Unsafe.Add(ref key, d).First;
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

    /// <summary>
    /// Digits become doubles within 2 by subtracting 2q, keys stay within 1, so that each product comes out within 1; four of them and
    /// a reduced sum stay within 4.5.
    /// </summary>
    /// <returns>How many words are done: all but less than one vector.</returns>
    [MethodImpl(Kernel.Loop)]
    private static nint SumOfProducts<TLanes, TVector>(
        ref ulong digits, nint digitCount, ref AlignedWords keys, nint firstOffset, nint secondOffset, ref ulong first, ref ulong second, nint n, ulong modulus)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        const int Unreduced = 4;
        var q = new FloatModulus<TLanes, TVector>(modulus);
        var lazy = TLanes.Create(FloatModulus.WordOffset + (2 * modulus));
        ref var digit = ref Unsafe.As<ulong, double>(ref digits);
        ref var to0 = ref Unsafe.As<ulong, double>(ref first);
        ref var to1 = ref Unsafe.As<ulong, double>(ref second);
        nint i = 0;
        for (; i <= n - TLanes.Count; i += TLanes.Count)
        {
            var sum0 = TLanes.Create(0);
            var sum1 = TLanes.Create(0);
            for (nint d = 0; d < digitCount; d++)
            {
                if (d % Unreduced == 0) (sum0, sum1) = (q.Reduce(sum0), q.Reduce(sum1));
                ref var words = ref Unsafe.As<ulong, double>(ref Unsafe.Add(ref keys, d).First);
                var x = TLanes.Subtract(TLanes.WordsToDoublesPlus2To52(TLanes.Load(ref digit, (d * n) + i)), lazy);
                sum0 = TLanes.Add(sum0, q.Multiply(x, TLanes.WordsToDoubles(TLanes.Load(ref words, firstOffset + i))));
                sum1 = TLanes.Add(sum1, q.Multiply(x, TLanes.WordsToDoubles(TLanes.Load(ref words, secondOffset + i))));
            }
            TLanes.Store(q.ToWords(q.Reduce(sum0)), ref to0, i);
            TLanes.Store(q.ToWords(q.Reduce(sum1)), ref to1, i);
        }
        return i;
    }
}
