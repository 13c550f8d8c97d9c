using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>
/// Element-wise operations on one limb: spans of residues modulo one prime. Contract of all of them: residues in [0, q) unless
/// said otherwise; spans of equal length (checked, in Release too), any length; a destination may be exactly one of the
/// sources; partial overlap is not supported.
/// </summary>
/// <remarks>
/// Every loop is marked <see cref="Kernel.Loop"/>: under default tiering it would run several times slower until it tiers up, and
/// differently from process to process (measured).
/// </remarks>
internal static partial class LimbKernels
{
    /// <summary>destination[i] = left[i] + right[i] mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void Add(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> destination, in Modulus modulus) =>
        Apply(new Sum(modulus.Value), left, right, destination);

    /// <summary>destination[i] = left[i] - right[i] mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void Subtract(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Span<ulong> destination, in Modulus modulus) =>
        Apply(new Difference(modulus.Value), left, right, destination);

    /// <summary>destination[i] = -source[i] mod q.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void Negate(ReadOnlySpan<ulong> source, Span<ulong> destination, in Modulus modulus) =>
        Apply(new Negation(modulus.Value), source, source, destination);

    /// <summary>destination[i] = source[i] + constant mod q; constant in [0, q).</summary>
    [MethodImpl(Kernel.Loop)]
    public static void AddConstant(ReadOnlySpan<ulong> source, ulong constant, Span<ulong> destination, in Modulus modulus) =>
        Apply(new SumWithConstant(modulus.Value, constant), source, source, destination);

    /// <summary>Whether every word is below the bound; the running time shows only the length.</summary>
    [MethodImpl(Kernel.Loop)]
    public static bool AllBelow(ReadOnlySpan<ulong> words, ulong bound)
    {
        // A word w < bound < 2^63 makes w - bound negative as a signed number; a word of 2^63 or more is itself negative.
        ulong faults = 0;
        foreach (var word in words) faults |= ~(word - bound) | word;
        return (long)faults >= 0;
    }

    internal static void RequireEqualLengths(int first, int second, int third)
    {
        if (first != second || first != third)
            throw new ArgumentException($"Limbs of different lengths: {first}, {second}, {third}.");
    }

    private readonly struct Sum(ulong modulus) : IBinaryOperator
    {
        public bool HasLanes => true;

        public ulong Modulus => modulus;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b) => Arithmetic.Modulus.SubtractIfAtLeast(a + b, modulus);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct => TLanes.SubtractIfAtLeast(TLanes.AddWords(a, b), q.Words);
    }

    private readonly struct Difference(ulong modulus) : IBinaryOperator
    {
        public bool HasLanes => true;

        public ulong Modulus => modulus;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b) => AddIfNegative(a - b, modulus);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct => q.AddIfNegative(TLanes.SubtractWords(a, b));
    }

    private readonly struct Negation(ulong modulus) : IBinaryOperator
    {
        public bool HasLanes => true;

        public ulong Modulus => modulus;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b) => AddIfNegative(0 - a, modulus);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct => q.AddIfNegative(TLanes.SubtractWords(TLanes.CreateWords(0), a));
    }

    private readonly struct SumWithConstant(ulong modulus, ulong constant) : IBinaryOperator
    {
        public bool HasLanes => true;

        public ulong Modulus => modulus;

        [MethodImpl(Kernel.Step)]
        public ulong Invoke(ulong a, ulong b) => Arithmetic.Modulus.SubtractIfAtLeast(a + constant, modulus);

        [MethodImpl(Kernel.Step)]
        public TVector Invoke<TLanes, TVector>(in FloatModulus<TLanes, TVector> q, TVector a, TVector b)
            where TLanes : struct, ILanes<TVector>
            where TVector : struct => q.AddIfNegative(TLanes.AddWords(a, TLanes.CreateWords(constant - modulus)));
    }

    [MethodImpl(Kernel.Step)]
    private static ulong AddIfNegative(ulong difference, ulong modulus) => difference + (modulus & (ulong)((long)difference >> 63));
}
