using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Encryption;
using FheOrleans.Ckks.Hashing;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks.Secrets;

/// <summary>
/// Makes the public keys that belong to a secret key: for encryption, relinearization and rotation. All are seeded, so they are
/// written at half their size. Safe for concurrent use.
/// </summary>
public sealed class KeyGenerator
{
    private readonly SecretKey _key;

    /// <summary>Makes a generator.</summary>
    /// <param name="key">The secret key; it must live as long as the generator is used.</param>
    public KeyGenerator(SecretKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
    }

    /// <summary>A public key, for encryption by others.</summary>
    /// <returns>A new key at every call.</returns>
    /// <exception cref="ObjectDisposedException">The secret key was disposed of.</exception>
    public PublicKey CreatePublicKey()
    {
        var primes = _key.Parameters.Primes.Length;
        var words = AlignedWords.Uninitialized(2 * primes * _key.Parameters.PolynomialDegree);
        var seed = ZeroEncryption.Create(_key, primes, words.Span);
        return new PublicKey(_key.Parameters, words, seed);
    }

    /// <summary>The key for s², for <see cref="Evaluator.Relinearize(Ciphertext, RelinearizationKeys)"/>.</summary>
    /// <returns>A new key at every call.</returns>
    /// <exception cref="InvalidOperationException">The parameters have a single prime, and so no special one.</exception>
    /// <exception cref="ObjectDisposedException">The secret key was disposed of.</exception>
    public RelinearizationKeys CreateRelinearizationKeys()
    {
        var key = CreateFor((prime, target) =>
            LimbKernels.Multiply(_key.Limb(prime), _key.Limb(prime), target, _key.Parameters.Context.Moduli[prime]));
        return new RelinearizationKeys(_key.Parameters, key);
    }

    /// <summary>Keys for rotations, and for conjugation if asked.</summary>
    /// <param name="steps">Steps to the left (positive) or right; a step given twice counts once.</param>
    /// <param name="conjugation">Whether to add a key for <see cref="Evaluator.Conjugate(Ciphertext, GaloisKeys)"/>.</param>
    /// <returns>New keys at every call.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A step is 0 or too large.</exception>
    /// <exception cref="InvalidOperationException">The parameters have a single prime, and so no special one.</exception>
    /// <exception cref="ObjectDisposedException">The secret key was disposed of.</exception>
    public GaloisKeys CreateGaloisKeys(IEnumerable<int> steps, bool conjugation = false)
    {
        ArgumentNullException.ThrowIfNull(steps);
        var degree = _key.Parameters.PolynomialDegree;
        var elements = new SortedSet<ulong>(steps.Select(step => GaloisElements.FromStep(degree, step)));
        if (conjugation) elements.Add(GaloisElements.Conjugation(degree));
        return new GaloisKeys(_key.Parameters, elements.Select(element => KeyValuePair.Create(element, CreateForElement(element))));
    }

    /// <summary>Under X → X^g a ciphertext is under σ_g(s).</summary>
    private KeySwitchKey CreateForElement(ulong element)
    {
        var permutation = new GaloisPermutation(_key.Parameters.PolynomialDegree, element);
        return CreateFor((prime, target) => permutation.Apply(_key.Limb(prime), target), permutation);
    }

    private delegate void TargetWriter(int prime, Span<ulong> target);

    /// <summary>For each data prime i an encryption of zero with P·t added to limb i of its first polynomial.</summary>
    private KeySwitchKey CreateFor(TargetWriter writeTarget, GaloisPermutation? permutation = null)
    {
        var parameters = _key.Parameters;
        if (!parameters.HasSpecialPrime)
            throw new InvalidOperationException("These parameters have a single prime; key switching needs a special prime beside the data primes.");

        var n = parameters.PolynomialDegree;
        var primes = parameters.Primes.Length;
        var digits = new AlignedWords[primes - 1];
        var seeds = new PolynomialSeed?[primes - 1];
        using var target = new SecretScratch(8 * n);
        for (var i = 0; i < digits.Length; i++)
        {
            digits[i] = AlignedWords.Uninitialized(2 * primes * n);
            seeds[i] = ZeroEncryption.Create(_key, primes, digits[i].Span);

            var q = parameters.Context.Moduli[i];
            var limb = digits[i].Span.Slice(i * n, n);
            writeTarget(i, target.Words);
            LimbKernels.MultiplyConstantAdd(limb, target.Words, new ShoupFactor(q.Reduce(parameters.SpecialPrime), q.Value), q);
        }
        _key.RequireAlive();
        return new KeySwitchKey(parameters.Context, digits, seeds, permutation);
    }
}
