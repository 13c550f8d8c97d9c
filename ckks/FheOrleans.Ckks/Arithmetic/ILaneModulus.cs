namespace FheOrleans.Ckks.Arithmetic;

/// <summary>
/// Arithmetic modulo a prime in lanes, as the transform needs it: <see cref="FloatModulus{TLanes, TVector}"/> up to 50 bits,
/// <see cref="WordModulus{TLanes, TVector}"/> above. Values are lazy; each kind says how far.
/// </summary>
internal interface ILaneModulus<TSelf, TVector>
    where TSelf : struct, ILaneModulus<TSelf, TVector>
    where TVector : struct
{
    static abstract TSelf Create(ulong modulus);

    /// <summary>What <see cref="FromWords"/> takes for words in [0, 2·half·q).</summary>
    TVector Middle(int half);

    TVector FromWords(TVector words, TVector middle);

    TVector Add(TVector left, TVector right);

    TVector Subtract(TVector left, TVector right);

    /// <summary>Back into the smallest range, where sums and differences are allowed to leave it.</summary>
    TVector Reduce(TVector x);

    TVector Multiply(TVector x, TVector operand, TVector ratio);

    /// <summary>Residues in [0, q) of values that <see cref="Reduce"/> or <see cref="Multiply"/> returned.</summary>
    TVector ToWords(TVector x);
}
