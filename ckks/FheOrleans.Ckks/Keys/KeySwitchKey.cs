using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Hashing;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks;

/// <summary>
/// What carries a polynomial multiplied by some secret t over to the secret s: for each data prime i a pair (b_i, a_i) over all
/// primes with b_i + a_i·s = -e_i + [limb i only] P·t.
/// </summary>
/// <remarks>
/// Plain words as it was made or read, until it is first used; from then on kernel form only, which takes as much memory. A key that is
/// written after that is brought back to words for it. Safe for concurrent use.
/// </remarks>
internal sealed class KeySwitchKey
{
    private readonly Lock _converting = new();
    private readonly RnsContext _context;
    private AlignedWords[]? _words;
    private volatile KernelKey? _kernel;

    /// <summary>Takes over the words of a key.</summary>
    /// <param name="context">Primes.</param>
    /// <param name="digits">For each data prime 2·(all primes)·N residues: b, then a; limb; value.</param>
    /// <param name="seeds">For each data prime the seed of its a, or null when it came in full.</param>
    /// <param name="permutation">The automorphism σ when t = σ(s).</param>
    public KeySwitchKey(RnsContext context, AlignedWords[] digits, PolynomialSeed?[] seeds, GaloisPermutation? permutation = null)
    {
        (_context, _words, Seeds, Permutation, DigitCount) = (context, digits, seeds, permutation, digits.Length);
    }

    /// <summary>The automorphism that the key is for, if it is for one.</summary>
    public GaloisPermutation? Permutation { get; }

    /// <summary>For each data prime the seed of its a, or null when it came in full.</summary>
    public PolynomialSeed?[] Seeds { get; }

    /// <summary>Number of data primes.</summary>
    public int DigitCount { get; }

    /// <summary>The key in kernel form.</summary>
    public KernelKey Kernel => _kernel ?? Convert();

    /// <summary>The plain words of one digit: its own memory, or a copy.</summary>
    public AlignedWords Digit(int digit)
    {
        lock (_converting) return _words is { } words ? words[digit] : _kernel!.Unpack(digit);
    }

    private KernelKey Convert()
    {
        lock (_converting)
        {
            if (_kernel is null)
            {
                _kernel = new KernelKey(_context, _words!, Permutation?.Sources());
                _words = null;
            }
            return _kernel;
        }
    }
}
