namespace FheOrleans.Ckks.Arithmetic;

/// <summary>A constant prepared for both kinds of lanes.</summary>
internal readonly struct PreparedFactor
{
    public PreparedFactor(ShoupFactor words, in Modulus modulus)
    {
        Words = words;
        if (modulus.Bits <= FloatModulus.MaximumBits) Doubles = new FloatFactor(words.Operand, modulus.Value);
    }

    /// <summary>For words.</summary>
    public ShoupFactor Words { get; }

    /// <summary>For doubles; for primes up to 50 bits.</summary>
    public FloatFactor Doubles { get; }
}
