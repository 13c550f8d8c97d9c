using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>
/// Residues modulo one prime p carried to another, q. Results are lazy, in [0, 3q), as the forward transform takes them. On lanes when
/// both primes have up to 50 bits: the residue is then an exact double, and the results lie in [0, q).
/// </content>
internal static partial class LimbKernels
{
    /// <summary>destination[i] = source[i] mod q, taken as it is: SEAL's digit. In [0, 2q).</summary>
    [MethodImpl(Kernel.Loop)]
    public static void ReduceLazy(ReadOnlySpan<ulong> source, in Modulus from, Span<ulong> destination, in Modulus modulus) =>
        Apply(new Residue(from, modulus), source, source, destination);

    /// <summary>
    /// destination[i] = source[i] mod q, where source holds residues of p read as centred numbers in (-p/2, p/2). In [0, 3q).
    /// </summary>
    [MethodImpl(Kernel.Loop)]
    public static void ReduceCentredLazy(ReadOnlySpan<ulong> source, in Modulus from, Span<ulong> destination, in Modulus modulus) =>
        Apply(new CentredResidue(from, modulus), source, source, destination);

    /// <summary>destination[i] = source[i] mod q in [0, q); any words.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void Reduce(ReadOnlySpan<ulong> source, Span<ulong> destination, in Modulus modulus) =>
        Apply(new WordResidue(modulus), source, source, destination);

    private static bool BothFit(in Modulus from, in Modulus modulus) =>
        from.Bits <= FloatModulus.MaximumBits && modulus.Bits <= FloatModulus.MaximumBits;

    /// <remarks>A product with 1, as <see cref="WordModulus{TLanes, TVector}"/> does it, of a prime of any size.</remarks>
    private readonly struct WordResidue(Modulus modulus) : IBinaryOperator
    {
        private readonly ShoupFactor _one = new(1, modulus.Value);

        public bool HasLanes => true;

        public ulong Modulus => modulus.Value;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b) => modulus.Reduce(a);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct
        {
            var words = WordModulus<TLanes, TVector>.Create(modulus.Value);
            return words.ToWords(words.Multiply(a, TLanes.CreateWords(_one.Operand), TLanes.CreateWords(_one.Quotient)));
        }
    }

    private readonly struct Residue(Modulus from, Modulus modulus) : IBinaryOperator
    {
        public bool HasLanes => BothFit(from, modulus);

        public ulong Modulus => modulus.Value;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b) => modulus.ReduceLazy(a);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct => q.ToWords(q.Reduce(TLanes.WordsToDoubles(a)));
    }

    private readonly struct CentredResidue(Modulus from, Modulus modulus) : IBinaryOperator
    {
        private readonly ulong _half = from.Value >> 1;
        private readonly ulong _minusP = modulus.Negate(modulus.Reduce(from.Value));

        public bool HasLanes => BothFit(from, modulus);

        public ulong Modulus => modulus.Value;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b)
        {
            var isNegative = (ulong)((long)(_half - a) >> 63);
            return modulus.ReduceLazy(a) + (_minusP & isNegative);
        }

        /// <remarks>p/2 - x, brought up by p where it is negative, is p/2 less the centred number; and below p, so an exact double.</remarks>
        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct
        {
            var below = TLanes.AddWhereNegative(TLanes.SubtractWords(TLanes.CreateWords(_half), a), TLanes.CreateWords(from.Value));
            return q.ToWords(q.Reduce(TLanes.Subtract(TLanes.Create(_half), TLanes.WordsToDoubles(below))));
        }
    }
}
