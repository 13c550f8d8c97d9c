using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>
/// The inner products of key switching: first = Σ_d digit_d · b_d, second = Σ_d digit_d · a_d mod q. Digits follow each other, n entries
/// each; a key is laid out as <see cref="KernelKey"/> tells, with room for keyDigits of them.
/// </content>
internal static partial class LimbKernels
{
    private const int HalfBits = 30;
    private const ulong HalfMask = (1UL << HalfBits) - 1;

    // Of up to 7 products of words below 2^60, cut in halves of 30 bits, the three sums stay below 2^64.
    private const int WordDigits = 7;

    // In doubles, up to 46 bits: digits within 3.6 and keys within 0.5 have products below 2^92.9. Split at bit 44, the lower parts of 8
    // of them and a reduced sum stay exact, and so do the upper ones: multiples of 2^44 below 2^95.9, less than 2^51·q.
    private const int DigitSplitBit = 44;
    private const int DigitSplitMaximumBits = 46;
    private const int SplitDigits = 8;

    // Above: products are reduced to within 0.95 each; four and a reduced sum are within 4.3.
    private const int ReducedDigits = 4;

    // How far before its use a key's line is asked for: a key comes from memory, and what the processor foresees by itself is too late.
    private const int PrefetchBytes = 4096;

    /// <summary>A word below 2^60 as a key holds it for products by halves.</summary>
    [MethodImpl(Kernel.Step)]
    public static ulong PackHalves(ulong word) => ((word >> HalfBits) << 32) | (word & HalfMask);

    /// <summary>The word again.</summary>
    [MethodImpl(Kernel.Step)]
    public static ulong UnpackHalves(ulong packed) => ((packed >> 32) << HalfBits) | (packed & HalfMask);

    /// <summary>The plain version: words in, words out. Sums are kept as 128-bit numbers and reduced once.</summary>
    /// <param name="digits">Words in [0, 4q).</param>
    /// <param name="digitCount">At most 64, so that the sum of products below 4q·q ≤ 2^122 stays below 2^128.</param>
    /// <param name="key">Plain words in [0, q).</param>
    /// <param name="keyDigits">Digits that the key has.</param>
    /// <param name="first">n words; get residues in [0, q).</param>
    /// <param name="second">n words; get residues in [0, q).</param>
    /// <param name="modulus">q.</param>
    [MethodImpl(Kernel.Loop)]
    public static void SumOfProducts(
        ReadOnlySpan<ulong> digits, int digitCount, ReadOnlySpan<ulong> key, int keyDigits, Span<ulong> first, Span<ulong> second, in Modulus modulus)
    {
        RequireSumShape(digits, digitCount, key, keyDigits, first, second);
        var n = first.Length;
        var block = Math.Min(LaneWidth.Block, n);
        ref var digit = ref MemoryMarshal.GetReference(digits);
        ref var entries = ref MemoryMarshal.GetReference(key);
        var q = modulus;
        for (nint i = 0; i < n; i++)
        {
            ulong high0 = 0, low0 = 0, high1 = 0, low1 = 0;
            ref var x = ref Unsafe.Add(ref digit, i);
            ref var entry = ref Unsafe.Add(ref entries, (i / block * 2 * keyDigits * block) + (i % block));
            for (nint d = 0; d < digitCount; d++)
            {
                high0 += Math.BigMul(x, entry, out var low);
                low0 += low;
                high0 += low0 < low ? 1UL : 0UL;
                high1 += Math.BigMul(x, Unsafe.Add(ref entry, block), out low);
                low1 += low;
                high1 += low1 < low ? 1UL : 0UL;
                x = ref Unsafe.Add(ref x, n);
                entry = ref Unsafe.Add(ref entry, 2 * block);
            }
            first[(int)i] = q.ReduceWide(high0, low0);
            second[(int)i] = q.ReduceWide(high1, low1);
        }
    }

    /// <summary>The version in lanes: kernel form in and out.</summary>
    /// <param name="digits">Up to 50 bits doubles within 3.6, above words in [0, q).</param>
    /// <param name="digitCount">1 to the key's.</param>
    /// <param name="key">Centred doubles, or words in halves.</param>
    /// <param name="keyDigits">Digits that the key has.</param>
    /// <param name="first">n entries, a multiple of 8; get doubles within 0.5, or words in [0, 4q).</param>
    /// <param name="second">As <paramref name="first"/>.</param>
    /// <param name="modulus">q.</param>
    /// <param name="lanes">4 or 8.</param>
    [MethodImpl(Kernel.Loop)]
    public static void SumOfProductsLanes(
        ReadOnlySpan<ulong> digits, int digitCount, ReadOnlySpan<ulong> key, int keyDigits, Span<ulong> first, Span<ulong> second, in Modulus modulus, int lanes)
    {
        RequireSumShape(digits, digitCount, key, keyDigits, first, second);
        if (first.Length % LaneWidth.Block != 0) throw new ArgumentException($"Sums in lanes come in blocks of {LaneWidth.Block}; {first.Length} is none.");
        ref var x = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(digits));
        ref var entries = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(key));
        ref var to0 = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(first));
        ref var to1 = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(second));
        if (lanes == Lanes512.Count) SumLanes<Lanes512, Vector512<double>>(ref x, digitCount, ref entries, keyDigits, ref to0, ref to1, first.Length, modulus);
        else SumLanes<Lanes256, Vector256<double>>(ref x, digitCount, ref entries, keyDigits, ref to0, ref to1, first.Length, modulus);
    }

    [MethodImpl(Kernel.Loop)]
    private static void SumLanes<TLanes, TVector>(
        ref double digits, nint digitCount, ref double key, nint keyDigits, ref double first, ref double second, nint n, in Modulus modulus)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (modulus.Bits > FloatModulus.MaximumBits)
            SumWords<TLanes, TVector>(ref digits, digitCount, ref key, keyDigits, ref first, ref second, n, modulus);
        else if (modulus.Bits > DigitSplitMaximumBits)
            SumReduced<TLanes, TVector>(ref digits, digitCount, ref key, keyDigits, ref first, ref second, n, modulus.Value);
        else
            SumSplit<TLanes, TVector>(ref digits, digitCount, ref key, keyDigits, ref first, ref second, n, modulus.Value);
    }

    [MethodImpl(Kernel.Loop)]
    private static void SumSplit<TLanes, TVector>(
        ref double digits, nint digitCount, ref double key, nint keyDigits, ref double first, ref double second, nint n, ulong modulus)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = new FloatModulus<TLanes, TVector>(modulus);
        var split = TLanes.Create(Math.ScaleB(FloatModulus.Rounding, DigitSplitBit));
        for (nint i = 0; i < n; i += TLanes.Count)
        {
            ref var entry = ref Unsafe.Add(ref key, KeyStart(i, keyDigits));
            ref var digit = ref Unsafe.Add(ref digits, i);
            var (high0, low0, high1, low1) = (TLanes.Create(0), TLanes.Create(0), TLanes.Create(0), TLanes.Create(0));
            for (nint d = 0; d < digitCount; d++)
            {
                if (d % SplitDigits == SplitDigits - 1)
                {
                    (high0, low0) = (TLanes.Create(0), q.Reduce(TLanes.Add(q.Reduce(high0), low0)));
                    (high1, low1) = (TLanes.Create(0), q.Reduce(TLanes.Add(q.Reduce(high1), low1)));
                }
                PrefetchKey(ref entry);
                var x = TLanes.Load(ref digit, 0);
                var b = TLanes.Load(ref entry, 0);
                var a = TLanes.Load(ref entry, LaneWidth.Block);
                var upper = TLanes.Subtract(TLanes.MultiplyAdd(x, b, split), split);
                high0 = TLanes.Add(high0, upper);
                low0 = TLanes.Add(low0, TLanes.MultiplySubtract(x, b, upper));
                upper = TLanes.Subtract(TLanes.MultiplyAdd(x, a, split), split);
                high1 = TLanes.Add(high1, upper);
                low1 = TLanes.Add(low1, TLanes.MultiplySubtract(x, a, upper));
                digit = ref Unsafe.Add(ref digit, n);
                entry = ref Unsafe.Add(ref entry, 2 * LaneWidth.Block);
            }
            TLanes.Store(q.Reduce(TLanes.Add(q.Reduce(high0), low0)), ref first, i);
            TLanes.Store(q.Reduce(TLanes.Add(q.Reduce(high1), low1)), ref second, i);
        }
    }

    [MethodImpl(Kernel.Loop)]
    private static void SumReduced<TLanes, TVector>(
        ref double digits, nint digitCount, ref double key, nint keyDigits, ref double first, ref double second, nint n, ulong modulus)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = new FloatModulus<TLanes, TVector>(modulus);
        for (nint i = 0; i < n; i += TLanes.Count)
        {
            ref var entry = ref Unsafe.Add(ref key, KeyStart(i, keyDigits));
            ref var digit = ref Unsafe.Add(ref digits, i);
            var (sum0, sum1) = (TLanes.Create(0), TLanes.Create(0));
            for (nint d = 0; d < digitCount; d++)
            {
                if (d % ReducedDigits == 0) (sum0, sum1) = (q.Reduce(sum0), q.Reduce(sum1));
                PrefetchKey(ref entry);
                var x = TLanes.Load(ref digit, 0);
                sum0 = TLanes.Add(sum0, q.Multiply(x, TLanes.Load(ref entry, 0)));
                sum1 = TLanes.Add(sum1, q.Multiply(x, TLanes.Load(ref entry, LaneWidth.Block)));
                digit = ref Unsafe.Add(ref digit, n);
                entry = ref Unsafe.Add(ref entry, 2 * LaneWidth.Block);
            }
            TLanes.Store(q.Reduce(sum0), ref first, i);
            TLanes.Store(q.Reduce(sum1), ref second, i);
        }
    }

    /// <remarks>x·y = x₁y₁·2^60 + (x₀y₁ + x₁y₀)·2^30 + x₀y₀: three sums without carries.</remarks>
    [MethodImpl(Kernel.Loop)]
    private static void SumWords<TLanes, TVector>(
        ref double digits, nint digitCount, ref double key, nint keyDigits, ref double first, ref double second, nint n, in Modulus modulus)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = new HalvesModulus<TLanes, TVector>(modulus);
        for (nint i = 0; i < n; i += TLanes.Count)
        {
            ref var entry = ref Unsafe.Add(ref key, KeyStart(i, keyDigits));
            ref var digit = ref Unsafe.Add(ref digits, i);
            var zero = TLanes.CreateWords(0);
            var (sum0, sum1) = (zero, zero);
            var (low0, middle0, high0) = (zero, zero, zero);
            var (low1, middle1, high1) = (zero, zero, zero);
            for (nint d = 0; d < digitCount; d++)
            {
                if (d % WordDigits == WordDigits - 1)
                {
                    (sum0, sum1) = (q.Add(sum0, q.Reduce(low0, middle0, high0)), q.Add(sum1, q.Reduce(low1, middle1, high1)));
                    (low0, middle0, high0) = (zero, zero, zero);
                    (low1, middle1, high1) = (zero, zero, zero);
                }
                PrefetchKey(ref entry);
                var x = TLanes.Load(ref digit, 0);
                var (x0, x1) = q.Halves(x);
                var b0 = TLanes.Load(ref entry, 0); // products take the lower half of a lane
                var b1 = TLanes.ShiftRight32(b0);
                low0 = TLanes.AddWords(low0, TLanes.MultiplyHalves(x0, b0));
                middle0 = TLanes.AddWords(middle0, TLanes.AddWords(TLanes.MultiplyHalves(x0, b1), TLanes.MultiplyHalves(x1, b0)));
                high0 = TLanes.AddWords(high0, TLanes.MultiplyHalves(x1, b1));
                var a0 = TLanes.Load(ref entry, LaneWidth.Block);
                var a1 = TLanes.ShiftRight32(a0);
                low1 = TLanes.AddWords(low1, TLanes.MultiplyHalves(x0, a0));
                middle1 = TLanes.AddWords(middle1, TLanes.AddWords(TLanes.MultiplyHalves(x0, a1), TLanes.MultiplyHalves(x1, a0)));
                high1 = TLanes.AddWords(high1, TLanes.MultiplyHalves(x1, a1));
                digit = ref Unsafe.Add(ref digit, n);
                entry = ref Unsafe.Add(ref entry, 2 * LaneWidth.Block);
            }
            TLanes.Store(q.Add(sum0, q.Reduce(low0, middle0, high0)), ref first, i);
            TLanes.Store(q.Add(sum1, q.Reduce(low1, middle1, high1)), ref second, i);
        }
    }

    /// <summary>Asks for both lines of a later entry, perhaps behind the key's end: a hint that does not fault.</summary>
    [MethodImpl(Kernel.Step)]
    private static unsafe void PrefetchKey(ref double entry)
    {
        if (!Sse.IsSupported) return;
        var ahead = (byte*)Unsafe.AsPointer(ref entry) + PrefetchBytes;
        Sse.Prefetch0(ahead);
        Sse.Prefetch0(ahead + (LaneWidth.Block * sizeof(double)));
    }

    /// <summary>Where the entries for value i of digit 0 start; i is a multiple of the lanes.</summary>
    [MethodImpl(Kernel.Step)]
    private static nint KeyStart(nint i, nint keyDigits) => ((i & -LaneWidth.Block) * 2 * keyDigits) + (i & (LaneWidth.Block - 1));

    private static void RequireSumShape(
        ReadOnlySpan<ulong> digits, int digitCount, ReadOnlySpan<ulong> key, int keyDigits, Span<ulong> first, Span<ulong> second)
    {
        var n = first.Length;
        RequireEqualLengths(n, second.Length, n);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keyDigits, 64);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(digitCount, keyDigits);
        if (digits.Length != digitCount * n) throw new ArgumentException($"{digitCount} digits of {n} are not {digits.Length} entries.", nameof(digits));
        if (key.Length != 2 * keyDigits * n) throw new ArgumentException($"A key for {keyDigits} digits of {n} has not {key.Length} entries.", nameof(key));
    }
}
