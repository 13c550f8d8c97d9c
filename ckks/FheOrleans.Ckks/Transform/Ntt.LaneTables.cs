using System.Runtime.CompilerServices;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Transform;

/// <content>Tables of the transforms in lanes, made when a width is first used.</content>
internal sealed partial class Ntt
{
    private LaneTables? _laneTables256;
    private LaneTables? _laneTables512;

    private LaneTables LaneTables256 =>
        _laneTables256 ?? Interlocked.CompareExchange(ref _laneTables256, new LaneTables(this, RegisterStages256.TwiddleOrder), null) ?? _laneTables256;

    private LaneTables LaneTables512 =>
        _laneTables512 ?? Interlocked.CompareExchange(ref _laneTables512, new LaneTables(this, RegisterStages512.TwiddleOrder), null) ?? _laneTables512;

    /// <summary>Whether the prime is small enough for double-precision lanes, which are faster.</summary>
    internal bool HasFloats => Modulus.Bits <= FloatModulus.MaximumBits;

    /// <summary>A constant as the lanes multiply by it: w and w/q in doubles, or w and floor(w·2^64/q) as words, in the bits of doubles.</summary>
    internal (double Operand, double Ratio) Prepare(ShoupFactor factor)
    {
        if (!HasFloats) return (BitConverter.UInt64BitsToDouble(factor.Operand), BitConverter.UInt64BitsToDouble(factor.Quotient));
        var prepared = new FloatFactor(factor.Operand, Modulus.Value);
        return (prepared.Operand, prepared.Ratio);
    }

    private sealed class LaneTables(Ntt ntt, int[][] order)
    {
        public LaneTwiddles Forward { get; } = new(Array.ConvertAll(ntt._twiddles, ntt.Prepare), order);

        public LaneTwiddles Inverse { get; } = new(Array.ConvertAll(ntt._inverseTwiddles, ntt.Prepare), order);

        /// <summary>N^-1.</summary>
        public (double Operand, double Ratio) InverseDegree { get; } = ntt.Prepare(ntt._inverseDegree);

        /// <summary>N^-1 · inverse twiddle of the last stage.</summary>
        public (double Operand, double Ratio) LastInverse { get; } = ntt.Prepare(ntt._lastInverse);
    }

    /// <summary>The twiddles of one direction.</summary>
    private sealed class LaneTwiddles
    {
        [MethodImpl(Kernel.Loop)]
        public LaneTwiddles((double Operand, double Ratio)[] factors, int[][] order)
        {
            Broadcast = new AlignedDoubles(factors.Length); // stages up to N/4: half of the factors
            var broadcast = Broadcast.Span;
            for (var i = 0; i < factors.Length / 2; i++) (broadcast[2 * i], broadcast[(2 * i) + 1]) = factors[i];
            Packed = Pack(factors, order);
        }

        /// <summary>[2(m + i)] is w, [2(m + i) + 1] is w/q: for passes in which all lanes have the same twiddle.</summary>
        public AlignedDoubles Broadcast { get; }

        /// <summary>
        /// For the stages done in registers, where every lane has its own: for each two vectors of values and each stage one vector
        /// of w and one of w/q, so that the table is read once from end to end.
        /// </summary>
        public AlignedDoubles Packed { get; }

        /// <param name="factors">[m + i].</param>
        /// <param name="order">For each stage in registers the twiddle of each lane, counted from the two vectors' first.</param>
        [MethodImpl(Kernel.Loop)]
        private static AlignedDoubles Pack((double Operand, double Ratio)[] factors, int[][] order)
        {
            var lanes = order[0].Length;
            var groups = Math.Max(1, factors.Length / (2 * lanes)); // a smaller ring is left to the plain version
            var packed = new AlignedDoubles(groups * order.Length * 2 * lanes);
            var table = packed.Span;
            var to = 0;
            for (var group = 0; group < groups; group++)
            {
                for (var stage = 0; stage < order.Length; stage++, to += 2 * lanes)
                {
                    var first = (groups + group) << (stage + 1);
                    for (var lane = 0; lane < lanes; lane++)
                        (table[to + lane], table[to + lanes + lane]) = factors[first + order[stage][lane]];
                }
            }
            return packed;
        }
    }
}
