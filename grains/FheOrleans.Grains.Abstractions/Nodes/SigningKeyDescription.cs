using Orleans;

namespace FheOrleans.Grains;

/// <summary>The public half of the key that signs: <see cref="INodeKey"/>.</summary>
[GenerateSerializer, Immutable, Alias("fhe.signing-key")]
public sealed record SigningKeyDescription
{
    /// <summary>SHA-256 of <see cref="PublicKey"/>, lower-case hexadecimal.</summary>
    [Id(0)]
    public required string KeyId { get; init; }

    /// <summary>The public key as a DER <c>SubjectPublicKeyInfo</c>.</summary>
    [Id(1)]
    public required byte[] PublicKey { get; init; }
}
