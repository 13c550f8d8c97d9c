namespace FheOrleans.Ckks.Arithmetic;

/// <summary>
/// Products modulo a prime in lanes, from stored words to stored words: <see cref="FloatModulus{TLanes, TVector}"/> up to 50 bits,
/// <see cref="HalvesModulus{TLanes, TVector}"/> above.
/// </summary>
internal interface ILaneProducts<TSelf, TVector>
    where TSelf : struct, ILaneProducts<TSelf, TVector>
    where TVector : struct
{
    static abstract TSelf Create(in Modulus modulus);

    /// <summary>Words in [0, 4q) as what is computed with.</summary>
    TVector FromWords(TVector words);

    /// <summary>A constant and its ratio, in all lanes.</summary>
    (TVector Operand, TVector Ratio) Factor(in PreparedFactor factor);

    /// <summary>left · right; both from words in [0, q).</summary>
    TVector Multiply(TVector left, TVector right);

    /// <summary>a·d + b·c; all from words in [0, q).</summary>
    TVector MultiplyCross(TVector a, TVector b, TVector c, TVector d);

    /// <summary>x times a constant; x from words in [0, 4q), or a difference of two, one of which is in [0, q).</summary>
    TVector MultiplyConstant(TVector x, TVector operand, TVector ratio);

    TVector Add(TVector left, TVector right);

    TVector Subtract(TVector left, TVector right);

    /// <summary>A product as words in [0, q).</summary>
    TVector ProductToWords(TVector x);

    /// <summary>A sum of a product and something from words in [0, q), or a cross product, as words in [0, q).</summary>
    TVector SumToWords(TVector x);
}
