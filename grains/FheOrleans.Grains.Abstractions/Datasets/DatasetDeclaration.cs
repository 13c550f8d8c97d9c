using Orleans;

namespace FheOrleans.Grains;

/// <summary>What a data owner says about a dataset before it uploads it. None of it is secret.</summary>
[GenerateSerializer, Immutable, Alias("fhe.dataset-declaration")]
public sealed record DatasetDeclaration
{
    /// <summary>The key set under which the dataset is encrypted.</summary>
    [Id(0)]
    public required string KeySet { get; init; }

    /// <summary>How many batches there are: each is evaluated on its own, as one part of an inference.</summary>
    [Id(1)]
    public required int Batches { get; init; }

    /// <summary>How many ciphertexts a batch has: the inputs of the circuit.</summary>
    [Id(2)]
    public required int CiphertextsPerBatch { get; init; }

    /// <summary>How many ciphertexts a chunk has; the last chunk of a batch may have fewer.</summary>
    [Id(3)]
    public required int CiphertextsPerChunk { get; init; }

    /// <summary>The level of every ciphertext.</summary>
    [Id(4)]
    public required int Level { get; init; }

    /// <summary>The scale of every ciphertext, exactly.</summary>
    [Id(5)]
    public required double Scale { get; init; }

    /// <summary>The form of the circuit it is packed for, as text: <c>series</c>, <c>herd</c>, <c>polyphase-4-complex</c> ...</summary>
    /// <remarks>Id 6 was an enumeration of two layouts; what was stored with it reads as <c>series</c> and fits no herd circuit.</remarks>
    [Id(8)]
    public string Form { get; init; } = "series";

    /// <summary>The owner's own words, at most <see cref="Limits.LabelLength"/> characters.</summary>
    [Id(7)]
    public string Label { get; init; } = "";

    /// <summary>How many chunks a batch has.</summary>
    public int ChunksPerBatch => (int)(((long)CiphertextsPerBatch + CiphertextsPerChunk - 1) / CiphertextsPerChunk);

    /// <summary>How many chunks there are.</summary>
    public long ChunkCount => (long)Batches * ChunksPerBatch;

    /// <summary>How many ciphertexts a chunk has.</summary>
    /// <param name="index">The chunk.</param>
    /// <returns><see cref="CiphertextsPerChunk"/>, or what is left of the batch for its last chunk.</returns>
    public int CiphertextsIn(int index) =>
        Math.Min(CiphertextsPerChunk, CiphertextsPerBatch - index % ChunksPerBatch * CiphertextsPerChunk);
}
