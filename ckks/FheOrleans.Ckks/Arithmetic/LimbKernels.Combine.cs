using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>
/// Weighted sums of many limbs. Memory is what they wait for, so every limb is read once, the sums stay in registers, and a tile of four
/// vectors shares each loaded factor.
/// </content>
internal static partial class LimbKernels
{
    private const int TileVectors = 4;

    // In doubles a product is split at this bit. Its lower part is at most 2^45, so that of 64 products and an accumulator's word below
    // 2^50 the sum is exact; the upper parts are multiples of 2^46 and, with factors of 2^47 in sum, together at most 2^97, so exact too.
    private const int SplitBit = 46;
    private const int MaximumSplitTerms = 64;
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

    /// <returns>How many words are done: all but less than one tile.</returns>
    [MethodImpl(Kernel.Loop)]
    private static nint CombineLanes<TLanes, TVector>(
        ReadOnlySpan<CombinationTerm> terms, Span<ulong> destination, bool accumulate, in Modulus modulus, double sumOfFactors)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (modulus.Bits > FloatModulus.MaximumBits)
            return CombineTiles<WordSums<TLanes, TVector>, TLanes, TVector>(terms, destination, accumulate, modulus.Value);
        if (sumOfFactors > MaximumSplitFactors)
            return CombineTiles<ReducedSums<TLanes, TVector>, TLanes, TVector>(terms, destination, accumulate, modulus.Value);
        return CombineTiles<SplitSums<TLanes, TVector>, TLanes, TVector>(terms, destination, accumulate, modulus.Value);
    }

    [MethodImpl(Kernel.Loop)]
    private static nint CombineTiles<TSums, TLanes, TVector>(
        ReadOnlySpan<CombinationTerm> terms, Span<ulong> destination, bool accumulate, ulong modulus)
        where TSums : struct, ISums<TSums, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var sums = TSums.Create(modulus);
        ref var to = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(destination));
        ref var firstTerm = ref MemoryMarshal.GetReference(terms);
        nint tile = TileVectors * TLanes.Count;
        nint i = 0;
        for (; i <= destination.Length - tile; i += tile)
        {
            var (h0, h1, h2, h3) = (TLanes.Create(0), TLanes.Create(0), TLanes.Create(0), TLanes.Create(0));
            var (l0, l1, l2, l3) = (h0, h0, h0, h0);
            if (accumulate)
            {
                l0 = sums.FromWords(TLanes.Load(ref to, i));
                l1 = sums.FromWords(TLanes.Load(ref to, i + TLanes.Count));
                l2 = sums.FromWords(TLanes.Load(ref to, i + (2 * TLanes.Count)));
                l3 = sums.FromWords(TLanes.Load(ref to, i + (3 * TLanes.Count)));
            }
            for (nint k = 0; k < terms.Length; k++)
            {
                if (k % MaximumSplitTerms == MaximumSplitTerms - 1)
                {
                    sums.Fold(ref h0, ref l0);
                    sums.Fold(ref h1, ref l1);
                    sums.Fold(ref h2, ref l2);
                    sums.Fold(ref h3, ref l3);
                }
                ref var term = ref Unsafe.Add(ref firstTerm, k);
                ref var x = ref Unsafe.As<ulong, double>(ref term.Words.First);
                var (w, ratio) = sums.Factor(term);
                sums.AddProduct(ref h0, ref l0, TLanes.Load(ref x, i), w, ratio);
                sums.AddProduct(ref h1, ref l1, TLanes.Load(ref x, i + TLanes.Count), w, ratio);
                sums.AddProduct(ref h2, ref l2, TLanes.Load(ref x, i + (2 * TLanes.Count)), w, ratio);
                sums.AddProduct(ref h3, ref l3, TLanes.Load(ref x, i + (3 * TLanes.Count)), w, ratio);
            }
            TLanes.Store(sums.ToWords(h0, l0), ref to, i);
            TLanes.Store(sums.ToWords(h1, l1), ref to, i + TLanes.Count);
            TLanes.Store(sums.ToWords(h2, l2), ref to, i + (2 * TLanes.Count));
            TLanes.Store(sums.ToWords(h3, l3), ref to, i + (3 * TLanes.Count));
        }
        return i;
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

        /// <summary>Called before every 64th term.</summary>
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
