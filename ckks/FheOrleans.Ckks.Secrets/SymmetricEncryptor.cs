using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Secrets;

/// <summary>Encrypts under the secret key. Half the bytes of public-key encryption and less noise. Safe for concurrent use.</summary>
public sealed class SymmetricEncryptor
{
    private readonly SecretKey _key;

    /// <summary>Makes an encryptor.</summary>
    /// <param name="key">The secret key; it must live as long as the encryptor is used.</param>
    public SymmetricEncryptor(SecretKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
    }

    /// <summary>Encrypts a plaintext at its level and scale.</summary>
    /// <param name="plaintext">A plaintext for the key's parameters.</param>
    /// <returns>A fresh seeded ciphertext of size 2.</returns>
    /// <exception cref="ParametersMismatchException">The plaintext is for other parameters.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed of.</exception>
    public Ciphertext Encrypt(Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        var parameters = _key.Parameters;
        if (!parameters.Equals(plaintext.Parameters))
            throw new ParametersMismatchException("The plaintext", plaintext.Parameters, parameters);

        var words = new ulong[2 * plaintext.LimbCount * parameters.PolynomialDegree];
        var seed = ZeroEncryption.Create(_key, plaintext.LimbCount, words);
        var result = new Ciphertext(parameters, plaintext.Level, 2, plaintext.Scale, words, seed);
        for (var j = 0; j < plaintext.LimbCount; j++)
        {
            var limb = result.MutableLimb(0, j);
            LimbKernels.Add(limb, plaintext.Limb(j), limb, parameters.Context.Moduli[j]);
        }
        return result;
    }
}
