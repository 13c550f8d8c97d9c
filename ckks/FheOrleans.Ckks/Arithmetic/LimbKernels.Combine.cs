using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>
/// Weighted sums of many limbs. Memory is what they wait for, so every limb is read once, a page at a time from four limbs at once, which is
/// what processors foresee best; the sums stay in the nearest cache.
/// </content>
internal static partial class LimbKernels
{
    private const int ChunkWords = 512; // a page
    private const int GroupTerms = 4;
    private const int FoldTerms = 32;   // a multiple of the group

    // In doubles a product is split at this bit. Its lower part is at most 2^45, so that of 64 products and an accumulator's word below
    // 2^50 the sum is exact, which is more than are ever summed before they are folded; the upper parts are multiples of 2^46 and, with factors of 2^47 in sum, together at most 2^97, so exact too.
    private const int SplitBit = 46;
    private const double MaximumSplitFactors = 1L << 47;

    /// <summary>destination[i] = Σ w_k · x_k[i] mod q, or that added to what is there.</summary>
    /// <param name="terms">Factors, and limbs of the destination's length; one may be the destination itself.</param>
    /// <param name="destination">Any length; in [0, q) when accumulating.</param>
    /// <param name="accumulate">Whether to add to the destination.</param>
    /// <param name="modulus">q.</param>
    [MethodImpl(Kernel.Loop)]
    public static void Combine(ReadOnlySpan<CombinationTerm> terms, Span<ulong> destination, bool accumulate, in Modulus modulus)
    {
        var sumOfFactors = 0.0;
        foreach (ref readonly var term in terms)
        {
            RequireEqualLengths(term.Words.Count, destination.Length, destination.Length);
            sumOfFactors += Math.Abs(term.FloatFactor.Operand);
        }

        nint done = 0;
        if (Lanes512.IsSupported) done = CombineLanes<Lanes512, Vector512<double>>(terms, destination, accumulate, modulus, sumOfFactors);
        else if (Lanes256.IsSupported) done = CombineLanes<Lanes256, Vector256<double>>(terms, destination, accumulate, modulus, sumOfFactors);

        var q = modulus.Value;
        for (var i = done; i < destination.Length; i++)
        {
            var sum = 0UL;
            foreach (ref readonly var term in terms)
                sum = Modulus.SubtractIfAtLeast(sum + term.Factor.MultiplyLazy(Unsafe.Add(ref term.Words.First, i), q), q << 1);
            sum = Modulus.SubtractIfAtLeast(sum, q);
            ref var to = ref destination[(int)i];
            to = Modulus.SubtractIfAtLeast(sum + (accumulate ? to : 0), q);
        }
    }

    /// <returns>How many words are done: all but less than one vector.</returns>
    [MethodImpl(Kernel.Loop)]
    private static nint CombineLanes<TLanes, TVector>(
        ReadOnlySpan<CombinationTerm> terms, Span<ulong> destination, bool accumulate, in Modulus modulus, double sumOfFactors)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (modulus.Bits > FloatModulus.MaximumBits)
            return CombineChunks<WordSums<TLanes, TVector>, TLanes, TVector>(terms, destination, accumulate, modulus.Value);
        if (sumOfFactors > MaximumSplitFactors)
            return CombineChunks<ReducedSums<TLanes, TVector>, TLanes, TVector>(terms, destination, accumulate, modulus.Value);
        return CombineChunks<SplitSums<TLanes, TVector>, TLanes, TVector>(terms, destination, accumulate, modulus.Value);
    }

    [MethodImpl(Kernel.Loop)]
    private static nint CombineChunks<TSums, TLanes, TVector>(
        ReadOnlySpan<CombinationTerm> terms, Span<ulong> destination, bool accumulate, ulong modulus)
        where TSums : struct, ISums<TSums, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var sums = TSums.Create(modulus);
        Span<double> memory = stackalloc double[(2 * ChunkWords) + LaneWidth.Block];
        ref var high = ref FirstLine(memory);
        ref var low = ref Unsafe.Add(ref high, ChunkWords);
        ref var to = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(destination));
        nint whole = destination.Length & -TLanes.Count;
        for (nint start = 0; start < whole; start += ChunkWords)
        {
            var count = Math.Min(ChunkWords, whole - start);
            ref var chunk = ref Unsafe.Add(ref to, start);
            for (nint i = 0; i < count; i += TLanes.Count)
            {
                TLanes.Store(TLanes.Create(0), ref high, i);
                TLanes.Store(accumulate ? sums.FromWords(TLanes.Load(ref chunk, i)) : TLanes.Create(0), ref low, i);
            }
            var done = 0;
            for (; done + GroupTerms <= terms.Length; done += GroupTerms)
            {
                if (done % FoldTerms == 0 && done > 0) FoldChunk<TSums, TLanes, TVector>(sums, ref high, ref low, count);
                AddFour<TSums, TLanes, TVector>(sums, terms.Slice(done, GroupTerms), start, ref high, ref low, count);
            }
            for (; done < terms.Length; done++) AddOne<TSums, TLanes, TVector>(sums, terms[done], start, ref high, ref low, count);
            for (nint i = 0; i < count; i += TLanes.Count)
                TLanes.Store(sums.ToWords(TLanes.Load(ref high, i), TLanes.Load(ref low, i)), ref chunk, i);
        }
        return whole;
    }

    [MethodImpl(Kernel.Loop)]
    private static void AddFour<TSums, TLanes, TVector>(
        in TSums sums, ReadOnlySpan<CombinationTerm> terms, nint start, ref double high, ref double low, nint count)
        where TSums : struct, ISums<TSums, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        ref var x0 = ref Unsafe.Add(ref Unsafe.As<ulong, double>(ref terms[0].Words.First), start);
        ref var x1 = ref Unsafe.Add(ref Unsafe.As<ulong, double>(ref terms[1].Words.First), start);
        ref var x2 = ref Unsafe.Add(ref Unsafe.As<ulong, double>(ref terms[2].Words.First), start);
        ref var x3 = ref Unsafe.Add(ref Unsafe.As<ulong, double>(ref terms[3].Words.First), start);
        var (w0, r0) = sums.Factor(terms[0]);
        var (w1, r1) = sums.Factor(terms[1]);
        var (w2, r2) = sums.Factor(terms[2]);
        var (w3, r3) = sums.Factor(terms[3]);
        var local = sums;
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var (h, l) = (TLanes.Load(ref high, i), TLanes.Load(ref low, i));
            local.AddProduct(ref h, ref l, TLanes.Load(ref x0, i), w0, r0);
            local.AddProduct(ref h, ref l, TLanes.Load(ref x1, i), w1, r1);
            local.AddProduct(ref h, ref l, TLanes.Load(ref x2, i), w2, r2);
            local.AddProduct(ref h, ref l, TLanes.Load(ref x3, i), w3, r3);
            TLanes.Store(h, ref high, i);
            TLanes.Store(l, ref low, i);
        }
    }

    [MethodImpl(Kernel.Loop)]
    private static void AddOne<TSums, TLanes, TVector>(in TSums sums, in CombinationTerm term, nint start, ref double high, ref double low, nint count)
        where TSums : struct, ISums<TSums, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        ref var x = ref Unsafe.Add(ref Unsafe.As<ulong, double>(ref term.Words.First), start);
        var (w, ratio) = sums.Factor(term);
        var local = sums;
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var (h, l) = (TLanes.Load(ref high, i), TLanes.Load(ref low, i));
            local.AddProduct(ref h, ref l, TLanes.Load(ref x, i), w, ratio);
            TLanes.Store(h, ref high, i);
            TLanes.Store(l, ref low, i);
        }
    }

    [MethodImpl(Kernel.Loop)]
    private static void FoldChunk<TSums, TLanes, TVector>(in TSums sums, ref double high, ref double low, nint count)
        where TSums : struct, ISums<TSums, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        for (nint i = 0; i < count; i += TLanes.Count)
        {
            var (h, l) = (TLanes.Load(ref high, i), TLanes.Load(ref low, i));
            sums.Fold(ref h, ref l);
            TLanes.Store(h, ref high, i);
            TLanes.Store(l, ref low, i);
        }
    }

    /// <summary>The first element at a cache line.</summary>
    private static unsafe ref double FirstLine(Span<double> memory)
    {
        ref var first = ref MemoryMarshal.GetReference(memory); // on the stack, so it does not move
        var past = (nint)Unsafe.AsPointer(ref first) & 63;
        return ref Unsafe.AddByteOffset(ref first, (64 - past) & 63);
    }

    /// <summary>How a sum of products is kept: in one vector or two.</summary>
    private interface ISums<TSelf, TVector>
        where TSelf : struct, ISums<TSelf, TVector>
        where TVector : struct
    {
        static abstract TSelf Create(ulong modulus);

        TVector FromWords(TVector words);

        (TVector Operand, TVector Ratio) Factor(in CombinationTerm term);

        void AddProduct(ref TVector high, ref TVector low, TVector words, TVector operand, TVector ratio);

        /// <summary>Called after every 32 terms.</summary>
        void Fold(ref TVector high, ref TVector low);

        TVector ToWords(TVector high, TVector low);
    }

    /// <summary>Exact sums of the upper and of the lower parts of products; one reduction at the end.</summary>
    private readonly struct SplitSums<TLanes, TVector>(ulong modulus) : ISums<SplitSums<TLanes, TVector>, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        private readonly FloatModulus<TLanes, TVector> _q = new(modulus);
        private readonly TVector _split = TLanes.Create(Math.ScaleB(FloatModulus.Rounding, SplitBit));

        [MethodImpl(Kernel.Step)]
        public static SplitSums<TLanes, TVector> Create(ulong modulus) => new(modulus);

        [MethodImpl(Kernel.Step)]
        public TVector FromWords(TVector words) => TLanes.WordsToDoubles(words);

        [MethodImpl(Kernel.Step)]
        public (TVector Operand, TVector Ratio) Factor(in CombinationTerm term)
        {
            var w = TLanes.Create(term.FloatFactor.Operand);
            return (w, w);
        }

        [MethodImpl(Kernel.Step)]
        public void AddProduct(ref TVector high, ref TVector low, TVector words, TVector operand, TVector ratio)
        {
            var x = TLanes.WordsToDoubles(words);
            var upper = TLanes.Subtract(TLanes.MultiplyAdd(x, operand, _split), _split);
            high = TLanes.Add(high, upper);
            low = TLanes.Add(low, TLanes.MultiplySubtract(x, operand, upper));
        }

        [MethodImpl(Kernel.Step)]
        public void Fold(ref TVector high, ref TVector low) => (high, low) = (TLanes.Create(0), Reduce(high, low));

        [MethodImpl(Kernel.Step)]
        public TVector ToWords(TVector high, TVector low) => _q.ToWords(Reduce(high, low));

        /// <remarks>The upper sum is at most 2^47·q, the lower at most 2^51 + 2^50: with the former reduced below 2^52.</remarks>
        [MethodImpl(Kernel.Step)]
        private TVector Reduce(TVector high, TVector low) => _q.Reduce(TLanes.Add(_q.Reduce(high), low));
    }

    /// <summary>Sums of reduced products, for factors as large as the prime. The sum is reduced with each product: within 1.2 before that.</summary>
    private readonly struct ReducedSums<TLanes, TVector>(ulong modulus) : ISums<ReducedSums<TLanes, TVector>, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        private readonly FloatModulus<TLanes, TVector> _q = new(modulus);

        [MethodImpl(Kernel.Step)]
        public static ReducedSums<TLanes, TVector> Create(ulong modulus) => new(modulus);

        [MethodImpl(Kernel.Step)]
        public TVector FromWords(TVector words) => _q.Reduce(TLanes.WordsToDoubles(words));

        [MethodImpl(Kernel.Step)]
        public (TVector Operand, TVector Ratio) Factor(in CombinationTerm term) =>
            (TLanes.Create(term.FloatFactor.Operand), TLanes.Create(term.FloatFactor.Ratio));

        [MethodImpl(Kernel.Step)]
        public void AddProduct(ref TVector high, ref TVector low, TVector words, TVector operand, TVector ratio) =>
            low = _q.Reduce(TLanes.Add(low, _q.Multiply(TLanes.WordsToDoubles(words), operand, ratio)));

        [MethodImpl(Kernel.Step)]
        public void Fold(ref TVector high, ref TVector low)
        {
        }

        [MethodImpl(Kernel.Step)]
        public TVector ToWords(TVector high, TVector low) => _q.ToWords(low);
    }

    /// <summary>Sums of words in [0, 4q), for primes above 50 bits.</summary>
    private readonly struct WordSums<TLanes, TVector>(ulong modulus) : ISums<WordSums<TLanes, TVector>, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        private readonly WordModulus<TLanes, TVector> _q = WordModulus<TLanes, TVector>.Create(modulus);

        [MethodImpl(Kernel.Step)]
        public static WordSums<TLanes, TVector> Create(ulong modulus) => new(modulus);

        [MethodImpl(Kernel.Step)]
        public TVector FromWords(TVector words) => words;

        [MethodImpl(Kernel.Step)]
        public (TVector Operand, TVector Ratio) Factor(in CombinationTerm term) =>
            (TLanes.CreateWords(term.Factor.Operand), TLanes.CreateWords(term.Factor.Quotient));

        [MethodImpl(Kernel.Step)]
        public void AddProduct(ref TVector high, ref TVector low, TVector words, TVector operand, TVector ratio) =>
            low = _q.Add(low, _q.Multiply(words, operand, ratio));

        [MethodImpl(Kernel.Step)]
        public void Fold(ref TVector high, ref TVector low)
        {
        }

        [MethodImpl(Kernel.Step)]
        public TVector ToWords(TVector high, TVector low) => _q.ToWords(low);
    }
}
