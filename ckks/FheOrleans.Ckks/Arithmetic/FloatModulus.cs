using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>
/// Exact arithmetic modulo a prime below 2^50 in double-precision lanes. A residue is any integer double congruent to it; "within
/// β" below means |x| ≤ β·q. Broadcast once at the head of a loop.
/// </summary>
/// <remarks>
/// <para>
/// x·w mod q = x·w - k·q with k = round(x·w/q). The product is kept exactly in two doubles, high + low, by one fused operation, and
/// high - k·q is an integer below 2^53, so exact too. k comes from adding and subtracting 1.5·2^52, whose neighbours are integers:
/// that needs |x·w/q| ≤ 2^51.
/// </para>
/// <para>
/// With |w| ≤ q/2 and w/q rounded to a double, the estimate of x·w/q is off by at most |x|·2^-55, which is β/32 for x within β. So for
/// x within 4 the result is within 1/2 + 4/32 = 0.625, and |x·w/q| ≤ 2q &lt; 2^51. Source: J. van der Hoeven, G. Lecerf, G.
/// Quintin, "Modular SIMD arithmetic in Mathemagix", 2016; the same in FLINT's fft_small.
/// </para>
/// </remarks>
internal readonly struct FloatModulus<TLanes, TVector>
    : ILaneModulus<FloatModulus<TLanes, TVector>, TVector>, ILaneProducts<FloatModulus<TLanes, TVector>, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TVector _modulus;
    private readonly TVector _inverse;  // 1 / q
    private readonly TVector _rounding; // 1.5 · 2^52
    private readonly TVector _words;    // q

    [MethodImpl(Kernel.Step)]
    public FloatModulus(ulong modulus)
    {
        _modulus = TLanes.Create(modulus);
        _inverse = TLanes.Create(1.0 / modulus);
        _rounding = TLanes.Create(FloatModulus.Rounding);
        _words = TLanes.CreateWords(modulus);
    }

    [MethodImpl(Kernel.Step)]
    public static FloatModulus<TLanes, TVector> Create(ulong modulus) => new(modulus);

    [MethodImpl(Kernel.Step)]
    public static FloatModulus<TLanes, TVector> Create(in Modulus modulus) => new(modulus.Value);

    /// <summary>Words in [0, 2·half·q) are brought within half by subtracting half·q.</summary>
    [MethodImpl(Kernel.Step)]
    public TVector Middle(int half)
    {
        var offset = TLanes.Create(FloatModulus.WordOffset);
        for (var i = 0; i < half; i++) offset = TLanes.Add(offset, _modulus);
        return offset;
    }

    [MethodImpl(Kernel.Step)]
    public TVector FromWords(TVector words, TVector middle) => TLanes.Subtract(TLanes.WordsToDoublesPlus2To52(words), middle);

    [MethodImpl(Kernel.Step)]
    public TVector Add(TVector left, TVector right) => TLanes.Add(left, right);

    [MethodImpl(Kernel.Step)]
    public TVector Subtract(TVector left, TVector right) => TLanes.Subtract(left, right);

    /// <summary>q in every lane, as a word.</summary>
    public TVector Words => _words;

    /// <summary>x within 8, or below 2^52 whatever q is, to within 0.5 and one unit at most: inside (-q, q).</summary>
    /// <remarks>
    /// The estimate of x/q errs by |x/q|·2^-53, which for x below 2^52 is at most 1/2q: half a unit of the result. A sum of exact products,
    /// below 2^51·q, may be off by a quarter of q beside, and is reduced again.
    /// </remarks>
    [MethodImpl(Kernel.Step)]
    public TVector Reduce(TVector x)
    {
        var quotient = TLanes.Subtract(TLanes.MultiplyAdd(x, _inverse, _rounding), _rounding);
        return TLanes.SubtractProduct(x, quotient, _modulus);
    }

    /// <summary>x · w within 0.5 + β/32; x within β ≤ 4, w within 0.5, ratio = w/q.</summary>
    [MethodImpl(Kernel.Step)]
    public TVector Multiply(TVector x, TVector w, TVector ratio)
    {
        var quotient = TLanes.Subtract(TLanes.MultiplyAdd(x, ratio, _rounding), _rounding);
        var high = TLanes.Multiply(x, w);
        var low = TLanes.MultiplySubtract(x, w, high);
        return TLanes.Add(TLanes.SubtractProduct(high, quotient, _modulus), low);
    }

    /// <summary>x · y within 0.5 + γ/4; |x·y| ≤ γ·q², γ ≤ 2.</summary>
    /// <remarks>The roundings of the product and of 1/q move the estimate of x·y/q by at most |x·y/q|·2^-52 &lt; γ·2^50·2^-52.</remarks>
    [MethodImpl(Kernel.Step)]
    public TVector Multiply(TVector x, TVector y)
    {
        var high = TLanes.Multiply(x, y);
        var low = TLanes.MultiplySubtract(x, y, high);
        var quotient = TLanes.Subtract(TLanes.MultiplyAdd(high, _inverse, _rounding), _rounding);
        return TLanes.Add(TLanes.SubtractProduct(high, quotient, _modulus), low);
    }

    [MethodImpl(Kernel.Step)]
    public TVector FromWords(TVector words) => TLanes.WordsToDoubles(words);

    [MethodImpl(Kernel.Step)]
    public (TVector Operand, TVector Ratio) Factor(in PreparedFactor factor) =>
        (TLanes.Create(factor.Doubles.Operand), TLanes.Create(factor.Doubles.Ratio));

    /// <summary>a·d + b·c within 1.5.</summary>
    [MethodImpl(Kernel.Step)]
    public TVector MultiplyCross(TVector a, TVector b, TVector c, TVector d) => TLanes.Add(Multiply(a, d), Multiply(b, c));

    /// <inheritdoc cref="Multiply(TVector, TVector, TVector)"/>
    [MethodImpl(Kernel.Step)]
    public TVector MultiplyConstant(TVector x, TVector operand, TVector ratio) => Multiply(x, operand, ratio);

    /// <summary>Within 0.75.</summary>
    [MethodImpl(Kernel.Step)]
    public TVector ProductToWords(TVector x) => ToWords(x);

    /// <summary>Within 1.75.</summary>
    [MethodImpl(Kernel.Step)]
    public TVector SumToWords(TVector x) => ToWords(Reduce(x));

    /// <summary>Words in (-q, q), read as signed numbers, to [0, q). For primes of any size.</summary>
    [MethodImpl(Kernel.Step)]
    public TVector AddIfNegative(TVector words) => TLanes.AddWhereNegative(words, _words);

    /// <summary>An integer in (-q, q) as the word of its residue in [0, q).</summary>
    [MethodImpl(Kernel.Step)]
    public TVector ToWords(TVector x) => TLanes.AddWhereNegative(TLanes.DoublesToWords(x), _words);
}

/// <summary>What does not depend on the width.</summary>
internal static class FloatModulus
{
    /// <summary>Largest prime size, in bits.</summary>
    public const int MaximumBits = 50;

    /// <summary>2^52: the offset of <see cref="ILanes{TVector}.WordsToDoublesPlus2To52"/>.</summary>
    public const double WordOffset = 4503599627370496;

    /// <summary>1.5 · 2^52: a double this large, up to 2^51 more or less, has no fraction.</summary>
    public const double Rounding = 1.5 * WordOffset;
}
