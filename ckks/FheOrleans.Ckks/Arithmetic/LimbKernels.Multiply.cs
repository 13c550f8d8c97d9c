using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>Products.</content>
internal static partial class LimbKernels
{
    /// <summary>destination[i] = left[i] · right[i] mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void Multiply(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> destination, in Modulus modulus) =>
        ApplyProduct(new Product(modulus), left, right, right, right, destination);

    /// <summary>accumulator[i] += left[i] · right[i] mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void MultiplyAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, in Modulus modulus) =>
        ApplyProduct(new ProductAndAddend(modulus), accumulator, left, right, right, accumulator);

    /// <summary>accumulator[i] = accumulator[i] · factor[i] + addend[i] mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void MultiplyThenAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> factor, ReadOnlySpan<ulong> addend, in Modulus modulus) =>
        ApplyProduct(new ProductAndAddend(modulus), addend, accumulator, factor, factor, accumulator);

    /// <summary>destination[i] = a[i]·d[i] + b[i]·c[i] mod q with one reduction: the middle term of (a, b)·(c, d).</summary>
    [MethodImpl(Kernel.Loop)]
    public static void MultiplyCross(
        ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ReadOnlySpan<ulong> c, ReadOnlySpan<ulong> d, Span<ulong> destination, in Modulus modulus) =>
        ApplyProduct(new CrossProduct(modulus), a, b, c, d, destination);

    /// <summary>destination[i] = source[i] · w mod q; source in [0, 4q).</summary>
    [MethodImpl(Kernel.Loop)]
    public static void MultiplyConstant(ReadOnlySpan<ulong> source, ShoupFactor factor, Span<ulong> destination, in Modulus modulus) =>
        ApplyProduct(new ProductWithConstant(modulus, factor), source, source, source, source, destination);

    /// <summary>accumulator[i] += source[i] · w mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void MultiplyConstantAdd(Span<ulong> accumulator, ReadOnlySpan<ulong> source, ShoupFactor factor, in Modulus modulus) =>
        ApplyProduct(new ProductWithConstantAndAddend(modulus, factor), accumulator, source, source, source, accumulator);

    /// <summary>
    /// destination[i] = (minuend[i] - subtrahend[i]) · w mod q, the last step of a division by a dropped prime.
    /// The subtrahend is a lazy transform, in [0, 4q).
    /// </summary>
    [MethodImpl(Kernel.Loop)]
    public static void SubtractMultiplyConstant(
        ReadOnlySpan<ulong> minuend, ReadOnlySpan<ulong> subtrahend, ShoupFactor factor, Span<ulong> destination, in Modulus modulus) =>
        ApplyProduct(new DifferenceTimesConstant(modulus, factor), minuend, subtrahend, subtrahend, subtrahend, destination);

    private readonly struct Product(Modulus modulus) : IProductOperator
    {
        public Modulus Modulus => modulus;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b, ulong c, ulong d) => modulus.Multiply(a, b);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TProducts, TVector>(in TProducts q, TVector a, TVector b, TVector c, TVector d)
            where TProducts : struct, ILaneProducts<TProducts, TVector>
            where TVector : struct => q.ProductToWords(q.Multiply(q.FromWords(a), q.FromWords(b)));
    }

    private readonly struct ProductAndAddend(Modulus modulus) : IProductOperator
    {
        public Modulus Modulus => modulus;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b, ulong c, ulong d) => modulus.MultiplyAdd(a, b, c);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TProducts, TVector>(in TProducts q, TVector a, TVector b, TVector c, TVector d)
            where TProducts : struct, ILaneProducts<TProducts, TVector>
            where TVector : struct => q.SumToWords(q.Add(q.Multiply(q.FromWords(b), q.FromWords(c)), q.FromWords(a)));
    }

    private readonly struct CrossProduct(Modulus modulus) : IProductOperator
    {
        public Modulus Modulus => modulus;

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
        public TVector Invoke<TProducts, TVector>(in TProducts q, TVector a, TVector b, TVector c, TVector d)
            where TProducts : struct, ILaneProducts<TProducts, TVector>
            where TVector : struct => q.SumToWords(q.MultiplyCross(q.FromWords(a), q.FromWords(b), q.FromWords(c), q.FromWords(d)));
    }

    private readonly struct ProductWithConstant(Modulus modulus, ShoupFactor factor) : IProductOperator
    {
        private readonly PreparedFactor _factor = new(factor, modulus);

        public Modulus Modulus => modulus;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b, ulong c, ulong d) => factor.Multiply(a, modulus.Value);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TProducts, TVector>(in TProducts q, TVector a, TVector b, TVector c, TVector d)
            where TProducts : struct, ILaneProducts<TProducts, TVector>
            where TVector : struct
        {
            var (w, ratio) = q.Factor(_factor);
            return q.ProductToWords(q.MultiplyConstant(q.FromWords(a), w, ratio));
        }
    }

    private readonly struct ProductWithConstantAndAddend(Modulus modulus, ShoupFactor factor) : IProductOperator
    {
        private readonly PreparedFactor _factor = new(factor, modulus);

        public Modulus Modulus => modulus;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b, ulong c, ulong d)
        {
            var sum = factor.MultiplyLazy(b, modulus.Value) + a; // below 3q
            return Arithmetic.Modulus.SubtractIfAtLeast(Arithmetic.Modulus.SubtractIfAtLeast(sum, modulus.Value << 1), modulus.Value);
        }

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TProducts, TVector>(in TProducts q, TVector a, TVector b, TVector c, TVector d)
            where TProducts : struct, ILaneProducts<TProducts, TVector>
            where TVector : struct
        {
            var (w, ratio) = q.Factor(_factor);
            return q.SumToWords(q.Add(q.MultiplyConstant(q.FromWords(b), w, ratio), q.FromWords(a)));
        }
    }

    private readonly struct DifferenceTimesConstant(Modulus modulus, ShoupFactor factor) : IProductOperator
    {
        private readonly PreparedFactor _factor = new(factor, modulus);

        public Modulus Modulus => modulus;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b, ulong c, ulong d) => factor.Multiply(a + (modulus.Value << 2) - b, modulus.Value);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TProducts, TVector>(in TProducts q, TVector a, TVector b, TVector c, TVector d)
            where TProducts : struct, ILaneProducts<TProducts, TVector>
            where TVector : struct
        {
            var (w, ratio) = q.Factor(_factor);
            return q.ProductToWords(q.MultiplyConstant(q.Subtract(q.FromWords(a), q.FromWords(b)), w, ratio));
        }
    }
}
