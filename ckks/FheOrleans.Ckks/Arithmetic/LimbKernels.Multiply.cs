using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>Products. On lanes for primes up to 50 bits; the bounds are in units of q, see <see cref="FloatModulus{TLanes, TVector}"/>.</content>
internal static partial class LimbKernels
{
    /// <summary>destination[i] = left[i] · right[i] mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void Multiply(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> destination, in Modulus modulus) =>
        Apply(new Product(modulus), left, right, destination);

    /// <summary>accumulator[i] += left[i] · right[i] mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void MultiplyAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, in Modulus modulus) =>
        Apply(new ProductAndAddend(modulus), accumulator, left, right, right, accumulator);

    /// <summary>accumulator[i] = accumulator[i] · factor[i] + addend[i] mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void MultiplyThenAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> factor, ReadOnlySpan<ulong> addend, in Modulus modulus) =>
        Apply(new ProductAndAddend(modulus), addend, accumulator, factor, factor, accumulator);

    /// <summary>destination[i] = a[i]·d[i] + b[i]·c[i] mod q with one reduction: the middle term of (a, b)·(c, d).</summary>
    [MethodImpl(Kernel.Loop)]
    public static void MultiplyCross(
        ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> c, ReadOnlySpan<ulong> d, Span<ulong> destination, in Modulus modulus) =>
        Apply(new CrossProduct(modulus), a, b, c, d, destination);

    /// <summary>destination[i] = source[i] · w mod q; source in [0, 4q).</summary>
    [MethodImpl(Kernel.Loop)]
    public static void MultiplyConstant(ReadOnlySpan<ulong> source, ShoupFactor factor, Span<ulong> destination, in Modulus modulus) =>
        Apply(new ProductWithConstant(modulus, factor), source, source, destination);

    /// <summary>accumulator[i] += source[i] · w mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void MultiplyConstantAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> source, ShoupFactor factor, in Modulus modulus) =>
        Apply(new ProductWithConstantAndAddend(modulus, factor), accumulator, source, accumulator);

    /// <summary>
    /// destination[i] = (minuend[i] - subtrahend[i]) · w mod q, the last step of a division by a dropped prime.
    /// The subtrahend is a lazy transform, in [0, 4q).
    /// </summary>
    [MethodImpl(Kernel.Loop)]
    public static void SubtractMultiplyConstant(
        ReadOnlySpan<ulong> minuend, ReadOnlySpan<ulong> subtrahend, ShoupFactor factor, Span<ulong> destination, in Modulus modulus) =>
        Apply(new DifferenceTimesConstant(modulus, factor), minuend, subtrahend, destination);

    private readonly struct Product(Modulus modulus) : IBinaryOperator
    {
        public bool HasLanes => modulus.Bits <= FloatModulus.MaximumBits;

        public ulong Modulus => modulus.Value;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b) => modulus.Multiply(a, b);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct => q.ToWords(q.Multiply(TLanes.WordsToDoubles(a), TLanes.WordsToDoubles(b))); // within 0.75
    }

    private readonly struct ProductAndAddend(Modulus modulus) : IQuaternaryOperator
    {
        public bool HasLanes => modulus.Bits <= FloatModulus.MaximumBits;

        public ulong Modulus => modulus.Value;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b, ulong c, ulong d) => modulus.MultiplyAdd(a, b, c);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b, TVector c, TVector d)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct
        {
            var product = q.Multiply(TLanes.WordsToDoubles(b), TLanes.WordsToDoubles(c));
            return q.ToWords(q.Reduce(TLanes.Add(product, TLanes.WordsToDoubles(a)))); // within 1.75
        }
    }

    private readonly struct CrossProduct(Modulus modulus) : IQuaternaryOperator
    {
        public bool HasLanes => modulus.Bits <= FloatModulus.MaximumBits;

        public ulong Modulus => modulus.Value;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b, ulong c, ulong d)
        {
            // Two products of 120 bits: their sum fits 128.
            var high = Math.BigMul(a, d, out var low);
            high += Math.BigMul(b, c, out var otherLow);
            low += otherLow;
            high += low < otherLow ? 1UL : 0UL;
            return modulus.ReduceWide(high, low);
        }

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b, TVector c, TVector d)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct
        {
            var outer = q.Multiply(TLanes.WordsToDoubles(a), TLanes.WordsToDoubles(d));
            var inner = q.Multiply(TLanes.WordsToDoubles(b), TLanes.WordsToDoubles(c));
            return q.ToWords(q.Reduce(TLanes.Add(outer, inner))); // within 1.5
        }
    }

    private readonly struct ProductWithConstant(Modulus modulus, ShoupFactor factor) : IBinaryOperator
    {
        private readonly FloatFactor _factor = new(factor.Operand, modulus.Value);

        public bool HasLanes => modulus.Bits <= FloatModulus.MaximumBits;

        public ulong Modulus => modulus.Value;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b) => factor.Multiply(a, modulus.Value);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct => q.ToWords(q.Multiply(TLanes.WordsToDoubles(a), TLanes.Create(_factor.Operand), TLanes.Create(_factor.Ratio))); // within 0.625
    }

    private readonly struct ProductWithConstantAndAddend(Modulus modulus, ShoupFactor factor) : IBinaryOperator
    {
        private readonly FloatFactor _factor = new(factor.Operand, modulus.Value);

        public bool HasLanes => modulus.Bits <= FloatModulus.MaximumBits;

        public ulong Modulus => modulus.Value;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b)
        {
            var sum = factor.MultiplyLazy(b, modulus.Value) + a; // below 3q
            return Arithmetic.Modulus.SubtractIfAtLeast(Arithmetic.Modulus.SubtractIfAtLeast(sum, modulus.Value << 1), modulus.Value);
        }

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct
        {
            var product = q.Multiply(TLanes.WordsToDoubles(b), TLanes.Create(_factor.Operand), TLanes.Create(_factor.Ratio));
            return q.ToWords(q.Reduce(TLanes.Add(product, TLanes.WordsToDoubles(a)))); // within 1.625
        }
    }

    private readonly struct DifferenceTimesConstant(Modulus modulus, ShoupFactor factor) : IBinaryOperator
    {
        private readonly FloatFactor _factor = new(factor.Operand, modulus.Value);

        public bool HasLanes => modulus.Bits <= FloatModulus.MaximumBits;

        public ulong Modulus => modulus.Value;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b) => factor.Multiply(a + (modulus.Value << 2) - b, modulus.Value);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct
        {
            var difference = TLanes.Subtract(TLanes.WordsToDoubles(a), TLanes.WordsToDoubles(b)); // within 4
            return q.ToWords(q.Multiply(difference, TLanes.Create(_factor.Operand), TLanes.Create(_factor.Ratio)));
        }
    }
}
