using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Hashing;

namespace FheOrleans.Ckks;

/// <summary>
/// What carries a polynomial multiplied by some secret t over to the secret s: for each data prime i a pair (b_i, a_i) over all
/// primes with b_i + a_i·s = -e_i + [limb i only] P·t.
/// </summary>
internal sealed class KeySwitchKey
{
    public KeySwitchKey(AlignedWords[] digits, PolynomialSeed?[] seeds)
    {
        Digits = digits;
        Seeds = seeds;
    }

    /// <summary>For each data prime 2·(all primes)·N residues: b, then a; limb; value.</summary>
    public AlignedWords[] Digits { get; }

    /// <summary>For each data prime the seed of its a, or null when it came in full.</summary>
    public PolynomialSeed?[] Seeds { get; }
}
