namespace FheOrleans.Ckks.Arithmetic;

/// <summary>One term w·x of a weighted sum of limbs, with w prepared for every kind of arithmetic.</summary>
internal struct CombinationTerm
{
    public CombinationTerm(ulong residue, in Modulus modulus)
    {
        Factor = new ShoupFactor(residue, modulus.Value);
        if (modulus.Bits <= FloatModulus.MaximumBits) FloatFactor = new FloatFactor(residue, modulus.Value);
    }

    /// <summary>w in [0, q).</summary>
    public ShoupFactor Factor { get; }

    /// <summary>w centred; for primes up to 50 bits.</summary>
    public FloatFactor FloatFactor { get; }

    /// <summary>x: the limb, in [0, q).</summary>
    public AlignedWords Words { get; set; }
}
