using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>How far the upload of one key object is.</summary>
[GenerateSerializer, Immutable, Alias("fhe.key-object-progress")]
public sealed record KeyObjectProgress
{
    /// <summary>Which object.</summary>
    [Id(0)]
    public KeyObject Kind { get; init; }

    /// <summary>The bytes received without a gap: where to continue.</summary>
    [Id(1)]
    public long Received { get; init; }

    /// <summary>The object's length in bytes as its header says; 0 before the first piece.</summary>
    [Id(2)]
    public long Total { get; init; }

    /// <summary>Whether the object is whole, checked and part of the key set.</summary>
    [Id(3)]
    public bool Complete { get; init; }
}

/// <summary>A key set as it stands.</summary>
[GenerateSerializer, Immutable, Alias("fhe.key-set-description")]
public sealed record KeySetDescription
{
    /// <summary>The key set's name.</summary>
    [Id(0)]
    public required string KeySet { get; init; }

    /// <summary>What was declared.</summary>
    [Id(1)]
    public required KeySetDeclaration Declaration { get; init; }

    /// <summary>
    /// Marks this declaration: a key set that is deleted and declared again gets another mark, so that a dataset encrypted for the old keys
    /// is never evaluated with the new ones.
    /// </summary>
    [Id(2)]
    public Guid Generation { get; init; }

    /// <summary>The declared objects.</summary>
    [Id(3)]
    public ImmutableArray<KeyObjectProgress> Objects { get; init; } = [];

    /// <summary>
    /// SHA-256 over the hashes of the parameters and of each declared object (docs/receipts.md); null while something is missing.
    /// </summary>
    [Id(4)]
    public byte[]? Sha256 { get; init; }

    /// <summary>Whether every declared object is there.</summary>
    public bool IsComplete => Objects.All(item => item.Complete);
}
