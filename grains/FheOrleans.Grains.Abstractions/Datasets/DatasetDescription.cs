using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>A dataset as it stands.</summary>
[GenerateSerializer, Immutable, Alias("fhe.dataset-description")]
public sealed record DatasetDescription
{
    /// <summary>The dataset's name.</summary>
    [Id(0)]
    public required string Dataset { get; init; }

    /// <summary>What was declared.</summary>
    [Id(1)]
    public required DatasetDeclaration Declaration { get; init; }

    /// <summary>The mark of the key set's declaration for which it is encrypted: <see cref="KeySetDescription.Generation"/>.</summary>
    [Id(2)]
    public Guid KeySetGeneration { get; init; }

    /// <summary>The chunks that are there, in ascending order.</summary>
    [Id(3)]
    public ImmutableArray<int> Received { get; init; } = [];

    /// <summary>The bytes stored.</summary>
    [Id(4)]
    public long Bytes { get; init; }

    /// <summary>Whether every chunk is there.</summary>
    public bool IsComplete => Received.Length == Declaration.ChunkCount;
}

/// <summary>How far the upload of a dataset is.</summary>
[GenerateSerializer, Immutable, Alias("fhe.dataset-progress")]
public sealed record DatasetProgress
{
    /// <summary>How many chunks are there.</summary>
    [Id(0)]
    public int Received { get; init; }

    /// <summary>How many chunks there will be.</summary>
    [Id(1)]
    public int Total { get; init; }

    /// <summary>Whether every chunk is there.</summary>
    public bool Complete => Received == Total;
}
