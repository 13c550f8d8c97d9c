using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Encryption;

namespace FheOrleans.Ckks;

/// <summary>Encrypts under a public key, as SEAL does. Safe for concurrent use.</summary>
public sealed class PublicKeyEncryptor
{
    private readonly PublicKey _key;

    /// <summary>Makes an encryptor.</summary>
    /// <param name="key">The data owner's public key.</param>
    public PublicKeyEncryptor(PublicKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
    }

    /// <summary>Encrypts a plaintext at its level and scale.</summary>
    /// <param name="plaintext">A plaintext for the key's parameters.</param>
    /// <returns>A fresh ciphertext of size 2 at the plaintext's level and scale.</returns>
    /// <exception cref="ParametersMismatchException">The plaintext is for other parameters.</exception>
    /// <remarks>
    /// An encryption of zero, (b·u + e_0, a·u + e_1) with ternary u, is made with one prime more than the plaintext's level has and
    /// divided by that prime, which takes almost all of its noise away; then the plaintext is added.
    /// </remarks>
    public Ciphertext Encrypt(Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        var result = Ciphertext.Unwritten(_key.Parameters, plaintext.Level, 2);
        Encrypt(plaintext, result);
        return result;
    }

    /// <summary>Encrypts a plaintext at its level and scale.</summary>
    /// <param name="plaintext">A plaintext for the key's parameters.</param>
    /// <param name="destination">Gets size 2 and the plaintext's level and scale.</param>
    /// <exception cref="ParametersMismatchException">Plaintext or destination are for other parameters.</exception>
    public void Encrypt(Plaintext plaintext, Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        ArgumentNullException.ThrowIfNull(destination);
        var parameters = _key.Parameters;
        if (!parameters.Equals(plaintext.Parameters))
            throw new ParametersMismatchException("The plaintext", plaintext.Parameters, parameters);
        if (!parameters.Equals(destination.Parameters))
            throw new ParametersMismatchException("The destination", destination.Parameters, parameters);

        var n = parameters.PolynomialDegree;
        var context = parameters.Context;
        var limbs = plaintext.LimbCount;
        var dropped = DroppedPrime(plaintext.Level);
        destination.Reshape(plaintext.Level, 2, plaintext.Scale);

        using var small = new SecretScratch(3 * n);
        using var transformed = new SecretScratch(3 * n * 8);
        var ternary = small.Small[..n];
        SecretSampling.Ternary(ternary);
        SecretSampling.Noise(small.Small[n..]);
        var u = transformed.Words[..n];
        var extra = transformed.Words.Slice(n, n);
        var remainder = transformed.Words[(2 * n)..];
        for (var j = 0; j < limbs; j++)
        {
            SecretSampling.ToTransformedLimb(ternary, context, j, u);
            for (var p = 0; p < 2; p++) MaskedZero(u, small.Small.Slice((1 + p) * n, n), p, j, destination.MutableLimb(p, j));
        }
        if (dropped is { } prime)
        {
            SecretSampling.ToTransformedLimb(ternary, context, prime, u);
            for (var p = 0; p < 2; p++)
            {
                MaskedZero(u, small.Small.Slice((1 + p) * n, n), p, prime, extra);
                RnsDivision.DivideAndRound(context, prime, extra, destination.Polynomial(p), destination.Polynomial(p), remainder);
            }
        }
        for (var j = 0; j < limbs; j++)
            LimbKernels.Add(destination.MutableLimb(0, j), plaintext.Limb(j), destination.MutableLimb(0, j), context.Moduli[j]);
    }

    /// <summary>The prime to divide by: the one above the level, which above the highest level is the special one.</summary>
    private int? DroppedPrime(int level)
    {
        var parameters = _key.Parameters;
        return parameters.HasSpecialPrime ? level == parameters.MaximumLevel ? parameters.Primes.Length - 1 : level + 1 : null;
    }

    /// <summary>destination = key polynomial p · u + noise modulo prime j, transformed.</summary>
    private void MaskedZero(ReadOnlySpan<ulong> u, ReadOnlySpan<sbyte> noise, int p, int j, Span<ulong> destination)
    {
        var context = _key.Parameters.Context;
        SecretSampling.ToTransformedLimb(noise, context, j, destination);
        LimbKernels.MultiplyAdd(destination, _key.Limb(p, j), u, context.Moduli[j]);
    }
}
