using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Secrets;

/// <summary>Decrypts. Safe for concurrent use.</summary>
public sealed class Decryptor
{
    private readonly SecretKey _key;

    /// <summary>Makes a decryptor.</summary>
    /// <param name="key">The secret key; it must live as long as the decryptor is used.</param>
    public Decryptor(SecretKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _key = key;
    }

    /// <summary>c_0 + c_1·s + c_2·s² + ... at the ciphertext's level and scale.</summary>
    /// <param name="ciphertext">Any size, relinearized or not.</param>
    /// <returns>The plaintext, with the noise. Under a wrong key it is noise of the modulus' size, and no error.</returns>
    /// <exception cref="ParametersMismatchException">The ciphertext is for other parameters.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed of.</exception>
    public Plaintext Decrypt(Ciphertext ciphertext)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        var result = Plaintext.Unwritten(_key.Parameters, Math.Min(ciphertext.Level, _key.Parameters.MaximumLevel));
        Decrypt(ciphertext, result);
        return result;
    }

    /// <summary>destination = c_0 + c_1·s + c_2·s² + ... at the ciphertext's level and scale. Allocates nothing.</summary>
    /// <param name="ciphertext">Any size, relinearized or not.</param>
    /// <param name="destination">A plaintext made by <see cref="Plaintext.Allocate"/>.</param>
    /// <exception cref="ParametersMismatchException">Ciphertext or destination are for other parameters.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed of.</exception>
    public void Decrypt(Ciphertext ciphertext, Plaintext destination)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        ArgumentNullException.ThrowIfNull(destination);
        var parameters = _key.Parameters;
        if (!parameters.Equals(ciphertext.Parameters))
            throw new ParametersMismatchException("The ciphertext", ciphertext.Parameters, parameters);
        if (!parameters.Equals(destination.Parameters))
            throw new ParametersMismatchException("The destination", destination.Parameters, parameters);

        destination.Reshape(ciphertext.Level, ciphertext.Scale);
        for (var j = 0; j < ciphertext.LimbCount; j++)
        {
            // Horner, from the highest power of s.
            var q = parameters.Context.Moduli[j];
            var limb = destination.MutableLimb(j);
            ciphertext.MutableLimb(ciphertext.Size - 1, j).CopyTo(limb);
            for (var p = ciphertext.Size - 2; p >= 0; p--) LimbKernels.MultiplyThenAdd(limb, _key.Limb(j), ciphertext.MutableLimb(p, j), q);
        }
        _key.RequireAlive();
    }
}
