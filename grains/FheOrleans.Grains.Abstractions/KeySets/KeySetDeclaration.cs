using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>The objects a key set is made of.</summary>
[GenerateSerializer, Alias("fhe.key-object")]
public enum KeyObject
{
    /// <summary>The public key: anyone can encrypt with it.</summary>
    PublicKey,

    /// <summary>The relinearization keys: they bring a product back to two polynomials.</summary>
    RelinearizationKeys,

    /// <summary>The Galois keys: they rotate the slots.</summary>
    GaloisKeys,
}

/// <summary>What a data owner says about its keys before it uploads them. The public key always belongs to them.</summary>
[GenerateSerializer, Immutable, Alias("fhe.key-set-declaration")]
public sealed record KeySetDeclaration
{
    /// <summary>The CKKS parameters: the bytes of a SEAL <c>EncryptionParameters</c>.</summary>
    [Id(0)]
    public required byte[] Parameters { get; init; }

    /// <summary>The rotation steps for which there will be Galois keys, each within half the slots to either side and not 0.</summary>
    [Id(1)]
    public ImmutableArray<int> RotationSteps { get; init; } = [];

    /// <summary>Whether the Galois keys hold the one for complex conjugation.</summary>
    [Id(2)]
    public bool Conjugation { get; init; }

    /// <summary>Whether there will be relinearization keys.</summary>
    [Id(3)]
    public bool Relinearization { get; init; }
}
