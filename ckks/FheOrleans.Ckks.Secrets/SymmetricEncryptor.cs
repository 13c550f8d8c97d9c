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
        var result = Ciphertext.Unwritten(_key.Parameters, plaintext.Level, 2);
        Encrypt(plaintext, result);
        return result;
    }

    /// <summary>Encrypts a plaintext at its level and scale. Allocates the new seed, some 150 bytes, and nothing else.</summary>
    /// <param name="plaintext">A plaintext for the key's parameters.</param>
    /// <param name="destination">Becomes a fresh seeded ciphertext of size 2.</param>
    /// <exception cref="ParametersMismatchException">Plaintext or destination are for other parameters.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed of.</exception>
    public void Encrypt(Plaintext plaintext, Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        ArgumentNullException.ThrowIfNull(destination);
        var parameters = _key.Parameters;
        if (!parameters.Equals(plaintext.Parameters))
            throw new ParametersMismatchException("The plaintext", plaintext.Parameters, parameters);
        if (!parameters.Equals(destination.Parameters))
            throw new ParametersMismatchException("The destination", destination.Parameters, parameters);

        destination.Reshape(plaintext.Level, 2, plaintext.Scale);
        var seed = ZeroEncryption.Create(_key, plaintext.LimbCount, destination.Words);
        for (var j = 0; j < plaintext.LimbCount; j++)
        {
            var limb = destination.MutableLimb(0, j);
            LimbKernels.Add(limb, plaintext.Limb(j), limb, parameters.Context.Moduli[j]);
        }
        destination.Remember(seed);
    }
}
