using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>Products of any two words modulo a prime of 51 to 60 bits, in lanes: words are cut in halves of 30 bits, whose products need no carries.</summary>
/// <remarks>low + middle·2^30 + high·2^60 is brought to two words of at most 63 bits, h·2^60 + l; each is then multiplied by a prepared constant.</remarks>
internal readonly struct HalvesModulus<TLanes, TVector> : ILaneProducts<HalvesModulus<TLanes, TVector>, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int HalfBits = 30;

    private readonly WordModulus<TLanes, TVector> _q;
    private readonly TVector _half;
    private readonly TVector _top;      // 2^60 mod q, and its quotient
    private readonly TVector _topRatio;
    private readonly TVector _one;      // 1, and its quotient: floor(2^64 / q)
    private readonly TVector _oneRatio;

    [MethodImpl(Kernel.Step)]
    public HalvesModulus(in Modulus modulus)
    {
        var top = new ShoupFactor(modulus.Reduce(1UL << (2 * HalfBits)), modulus.Value);
        var one = new ShoupFactor(1, modulus.Value);
        _q = WordModulus<TLanes, TVector>.Create(modulus.Value);
        _half = TLanes.CreateWords((1UL << HalfBits) - 1);
        (_top, _topRatio) = (TLanes.CreateWords(top.Operand), TLanes.CreateWords(top.Quotient));
        (_one, _oneRatio) = (TLanes.CreateWords(one.Operand), TLanes.CreateWords(one.Quotient));
    }

    [MethodImpl(Kernel.Step)]
    public static HalvesModulus<TLanes, TVector> Create(in Modulus modulus) => new(modulus);

    [MethodImpl(Kernel.Step)]
    public TVector FromWords(TVector words) => words;

    [MethodImpl(Kernel.Step)]
    public (TVector Operand, TVector Ratio) Factor(in PreparedFactor factor) =>
        (TLanes.CreateWords(factor.Words.Operand), TLanes.CreateWords(factor.Words.Quotient));

    /// <summary>x · w mod q in [0, 4q) of any word x.</summary>
    [MethodImpl(Kernel.Step)]
    public TVector MultiplyConstant(TVector x, TVector operand, TVector ratio) => _q.Multiply(x, operand, ratio);

    [MethodImpl(Kernel.Step)]
    public TVector ProductToWords(TVector x) => _q.ToWords(x);

    [MethodImpl(Kernel.Step)]
    public TVector SumToWords(TVector x) => _q.ToWords(x);

    /// <summary>The lower and the upper 30 bits of words below 2^60; the lower with other bits above bit 32 cleared.</summary>
    [MethodImpl(Kernel.Step)]
    public (TVector Low, TVector High) Halves(TVector words) => (TLanes.And(words, _half), TLanes.ShiftRight(words, HalfBits));

    /// <summary>low + middle·2^30 + high·2^60 mod q in [0, 4q); middle at most 2^64 - 2^34, high below 2^63.</summary>
    [MethodImpl(Kernel.Step)]
    public TVector Reduce(TVector low, TVector middle, TVector high)
    {
        middle = TLanes.AddWords(middle, TLanes.ShiftRight(low, HalfBits));
        var lower = TLanes.AddWords(TLanes.And(low, _half), TLanes.ShiftLeft(TLanes.And(middle, _half), HalfBits));
        var upper = TLanes.AddWords(high, TLanes.ShiftRight(middle, HalfBits));
        return _q.Add(_q.Multiply(upper, _top, _topRatio), _q.Multiply(lower, _one, _oneRatio));
    }

    /// <summary>left · right mod q in [0, 4q); both below 2^60.</summary>
    [MethodImpl(Kernel.Step)]
    public TVector Multiply(TVector left, TVector right)
    {
        var (left0, left1) = Halves(left);
        var (right0, right1) = Halves(right);
        var middle = TLanes.AddWords(TLanes.MultiplyHalves(left0, right1), TLanes.MultiplyHalves(left1, right0));
        return Reduce(TLanes.MultiplyHalves(left0, right0), middle, TLanes.MultiplyHalves(left1, right1));
    }

    /// <summary>a·d + b·c mod q in [0, 4q); all below 2^60.</summary>
    [MethodImpl(Kernel.Step)]
    public TVector MultiplyCross(TVector a, TVector b, TVector c, TVector d)
    {
        var (a0, a1) = Halves(a);
        var (b0, b1) = Halves(b);
        var (c0, c1) = Halves(c);
        var (d0, d1) = Halves(d);
        var low = TLanes.AddWords(TLanes.MultiplyHalves(a0, d0), TLanes.MultiplyHalves(b0, c0));
        var middle = TLanes.AddWords(
            TLanes.AddWords(TLanes.MultiplyHalves(a0, d1), TLanes.MultiplyHalves(a1, d0)),
            TLanes.AddWords(TLanes.MultiplyHalves(b0, c1), TLanes.MultiplyHalves(b1, c0)));
        return Reduce(low, middle, TLanes.AddWords(TLanes.MultiplyHalves(a1, d1), TLanes.MultiplyHalves(b1, c1)));
    }

    /// <summary>left + right in [0, 4q); both in [0, 4q).</summary>
    [MethodImpl(Kernel.Step)]
    public TVector Add(TVector left, TVector right) => _q.Add(left, right);

    /// <summary>left - right in [0, 4q); both in [0, 4q).</summary>
    [MethodImpl(Kernel.Step)]
    public TVector Subtract(TVector left, TVector right) => _q.Subtract(left, right);
}
