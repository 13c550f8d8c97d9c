namespace FheOrleans.Ckks.Wire;

/// <summary>
/// A plaintext or secret key was given where a ciphertext or public material is expected. Nothing of it was kept.
/// </summary>
public sealed class SecretMaterialRefusedException : WireFormatException
{
    /// <summary>Makes the error.</summary>
    /// <param name="expected">What is accepted.</param>
    /// <param name="offset">Byte offset of the object.</param>
    public SecretMaterialRefusedException(string expected, long offset)
        : base("object kind", "the shape of a plaintext or a secret key, which must never leave its owner", expected, offset)
    {
    }
}
