using Orleans;

namespace FheOrleans.Grains;

/// <summary>The upload has the form of a plaintext or a secret key. This server takes neither; nothing of it was stored.</summary>
/// <param name="expected">What was to be uploaded.</param>
[GenerateSerializer, Alias("fhe.error.secret-material")]
public sealed class SecretMaterialRefusedException(string expected) : FheOrleansException(
    $"Refused: the upload has the form of a plaintext or a secret key, expected {expected}. Nothing was stored. A secret key never leaves its owner's machine; " +
    "if this was one, make new keys.")
{
    /// <summary>What was to be uploaded.</summary>
    [Id(0)]
    public string Expected { get; private set; } = expected;
}
