using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FheOrleans.Ckks.Arithmetic;

/// <content>
/// Between stored words, and the kernel form of one prime, and that of another. Kernel form is doubles up to 50 bits and words in [0, 4q)
/// above. Lengths are multiples of 8; the caller has lanes.
/// </content>
internal static partial class LimbKernels
{
    /// <summary>Residues in [0, q) of a prime up to 50 bits as doubles, within 1.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void ToDoubles(ReadOnlySpan<ulong> words, Span<ulong> doubles, int lanes) => Convert(default(Exact), words, doubles, lanes);

    /// <summary>Words in [0, p), p of 51 to 60 bits, less offset·[word + offset at least p or not], as doubles congruent modulo q of up to 50 bits: within 0.5.</summary>
    /// <param name="source">Words in [0, p).</param>
    /// <param name="from">p.</param>
    /// <param name="offset">p/2 to take the words as centred numbers; 0 to take them as they are.</param>
    /// <param name="destination">Doubles.</param>
    /// <param name="modulus">q.</param>
    /// <param name="lanes">4 or 8.</param>
    [MethodImpl(Kernel.Loop)]
    public static void WordsToDoubles(ReadOnlySpan<ulong> source, in Modulus from, ulong offset, Span<ulong> destination, in Modulus modulus, int lanes) =>
        Convert(new LargeToDoubles(from.Value, offset, modulus), source, destination, lanes);

    /// <summary>Integers as doubles, below 2^50 in absolute value, as words in [0, q); q of 51 to 60 bits.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void DoublesToWords(ReadOnlySpan<ulong> source, Span<ulong> destination, in Modulus modulus, int lanes) =>
        Convert(new DoublesToLarge(modulus.Value), source, destination, lanes);

    /// <summary>Words modulo a prime p of 51 to 60 bits as words in [0, 4q) modulo another; as <see cref="WordsToDoubles"/>.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void WordsToWords(ReadOnlySpan<ulong> source, in Modulus from, ulong offset, Span<ulong> destination, in Modulus modulus, int lanes) =>
        Convert(new LargeToLarge(from.Value, offset, modulus), source, destination, lanes);

    private interface IConversion
    {
        TVector Invoke<TLanes, TVector>(TVector x)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct;
    }

    [MethodImpl(Kernel.Loop)]
    private static void Convert<TConversion>(TConversion conversion, ReadOnlySpan<ulong> source, Span<ulong> destination, int lanes)
        where TConversion : struct, IConversion
    {
        RequireEqualLengths(source.Length, destination.Length, destination.Length);
        if (source.Length % LaneWidth.Block != 0) throw new ArgumentException($"Conversions in lanes come in blocks of {LaneWidth.Block}; {source.Length} is none.");
        ref var from = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(source));
        ref var to = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(destination));
        if (lanes == Lanes512.Count) ConvertLanes<TConversion, Lanes512, Vector512<double>>(conversion, ref from, ref to, source.Length);
        else ConvertLanes<TConversion, Lanes256, Vector256<double>>(conversion, ref from, ref to, source.Length);
    }

    [MethodImpl(Kernel.Loop)]
    private static void ConvertLanes<TConversion, TLanes, TVector>(TConversion conversion, ref double source, ref double destination, nint length)
        where TConversion : struct, IConversion
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        for (nint i = 0; i < length; i += TLanes.Count)
            TLanes.Store(conversion.Invoke<TLanes, TVector>(TLanes.Load(ref source, i)), ref destination, i);
    }

    private readonly struct Exact : IConversion
    {
        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(TVector x)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct => TLanes.WordsToDoubles(x);
    }

    private readonly struct LargeToDoubles(ulong from, ulong offset, in Modulus modulus) : IConversion
    {
        private readonly ulong _modulus = modulus.Value;
        private readonly double _offset = new FloatFactor(modulus.Reduce(offset), modulus.Value).Operand;

        /// <remarks>
        /// The shifted word y = h·2^32 + l: both terms are exact doubles, and h·2^32, below 2^60, is reduced exactly: its quotient is off by
        /// less than 1/2 + 2^60/q·2^-52, and for q below 2^10 by more, which the second reduction takes away.
        /// </remarks>
        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(TVector x)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct
        {
            const double HalfWord = 1L << 32;
            var q = new FloatModulus<TLanes, TVector>(_modulus);
            var shifted = TLanes.SubtractIfAtLeast(TLanes.AddWords(x, TLanes.CreateWords(offset)), TLanes.CreateWords(from));
            var high = TLanes.Multiply(TLanes.WordsToDoubles(TLanes.ShiftRight32(shifted)), TLanes.Create(HalfWord));
            var low = TLanes.Subtract(TLanes.WordsToDoubles(TLanes.And(shifted, TLanes.CreateWords(uint.MaxValue))), TLanes.Create(_offset));
            return q.Reduce(TLanes.Add(q.Reduce(high), low));
        }
    }

    private readonly struct DoublesToLarge(ulong modulus) : IConversion
    {
        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(TVector x)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct => TLanes.AddWhereNegative(TLanes.DoublesToWords(x), TLanes.CreateWords(modulus));
    }

    private readonly struct LargeToLarge(ulong from, ulong offset, in Modulus modulus) : IConversion
    {
        private readonly ulong _modulus = modulus.Value;
        private readonly ulong _offset = modulus.Reduce(offset);
        private readonly ShoupFactor _one = new(1, modulus.Value); // of which a product is a reduction

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(TVector x)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct
        {
            var q = WordModulus<TLanes, TVector>.Create(_modulus);
            var shifted = TLanes.SubtractIfAtLeast(TLanes.AddWords(x, TLanes.CreateWords(offset)), TLanes.CreateWords(from));
            return q.Subtract(q.Multiply(shifted, TLanes.CreateWords(_one.Operand), TLanes.CreateWords(_one.Quotient)), TLanes.CreateWords(_offset));
        }
    }
}
