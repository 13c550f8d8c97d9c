using System.Runtime.CompilerServices;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Transform;

/// <content>Tables of the floating-point transforms, made when a width is first used.</content>
internal sealed partial class Ntt
{
    private FloatTables? _floatTables256;
    private FloatTables? _floatTables512;

    private FloatTables FloatTables256 =>
        _floatTables256 ?? Interlocked.CompareExchange(ref _floatTables256, new FloatTables(this, RegisterStages256.TwiddleOrder), null) ?? _floatTables256;

    private FloatTables FloatTables512 =>
        _floatTables512 ?? Interlocked.CompareExchange(ref _floatTables512, new FloatTables(this, RegisterStages512.TwiddleOrder), null) ?? _floatTables512;

    private sealed class FloatTables(Ntt ntt, int[][] order)
    {
        public FloatTwiddles Forward { get; } = new(ntt._twiddles, ntt.Modulus.Value, order);

        public FloatTwiddles Inverse { get; } = new(ntt._inverseTwiddles, ntt.Modulus.Value, order);

        /// <summary>N^-1.</summary>
        public FloatFactor InverseDegree { get; } = new(ntt._inverseDegree.Operand, ntt.Modulus.Value);

        /// <summary>N^-1 · inverse twiddle of the last stage.</summary>
        public FloatFactor LastInverse { get; } = new(ntt._lastInverse.Operand, ntt.Modulus.Value);
    }

    /// <summary>The twiddles of one direction.</summary>
    private sealed class FloatTwiddles
    {
        [MethodImpl(Kernel.Loop)]
        public FloatTwiddles(ShoupFactor[] twiddles, ulong modulus, int[][] order)
        {
            var factors = new FloatFactor[twiddles.Length];
            for (var i = 0; i < factors.Length; i++) factors[i] = new FloatFactor(twiddles[i].Operand, modulus);
            Broadcast = new AlignedDoubles(twiddles.Length); // stages up to N/4: half of the factors
            var broadcast = Broadcast.Span;
            for (var i = 0; i < factors.Length / 2; i++) (broadcast[2 * i], broadcast[(2 * i) + 1]) = (factors[i].Operand, factors[i].Ratio);
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
        private static AlignedDoubles Pack(FloatFactor[] factors, int[][] order)
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
                    {
                        var factor = factors[first + order[stage][lane]];
                        table[to + lane] = factor.Operand;
                        table[to + lanes + lane] = factor.Ratio;
                    }
                }
            }
            return packed;
        }
    }
}
