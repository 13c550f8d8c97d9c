using Orleans;

namespace FheOrleans.Grains;

/// <summary>What a worker needs to know to evaluate a part.</summary>
[GenerateSerializer, Immutable, Alias("fhe.part-order")]
public sealed record PartOrder
{
    /// <summary>The inference's grain key.</summary>
    [Id(0)]
    public required string InferenceKey { get; init; }

    /// <summary>The part, from 0: the batch of the dataset.</summary>
    [Id(1)]
    public required int Part { get; init; }

    /// <summary>What was asked for.</summary>
    [Id(2)]
    public required InferenceRequest Request { get; init; }

    /// <summary>The key set's mark when the inference was accepted: <see cref="KeySetDescription.Generation"/>.</summary>
    [Id(3)]
    public required Guid KeySetGeneration { get; init; }

    /// <summary>
    /// SHA-256 of the network, hexadecimal, when the inference was accepted: a model that was deleted and published anew is another.
    /// </summary>
    [Id(4)]
    public required string ModelSha256 { get; init; }

    /// <summary>Which inference of its name ordered it: <see cref="IInferenceGrain.ReadIncarnationAsync"/>.</summary>
    [Id(5)]
    public Guid Incarnation { get; init; }
}

/// <summary>What became of a part: either a result or a failure.</summary>
[GenerateSerializer, Immutable, Alias("fhe.part-outcome")]
public sealed record PartOutcome
{
    /// <summary>SEAL ciphertexts one behind the other, or null when the part failed.</summary>
    [Id(0)]
    public byte[]? Result { get; init; }

    /// <summary>Why the part failed, or null.</summary>
    [Id(1)]
    public string? Failure { get; init; }

    /// <summary>Whether the part may succeed when it is tried again.</summary>
    [Id(2)]
    public bool IsTransient { get; init; }

    /// <summary>
    /// Whether something was away that the part only uses: storage, or another silo. Such a failure says nothing of the part, and is not
    /// counted.
    /// </summary>
    [Id(6)]
    public bool IsOutage { get; init; }

    /// <summary>How long the evaluation took, in seconds, without waiting for a thread and without reading.</summary>
    [Id(3)]
    public double EvaluationSeconds { get; init; }

    /// <summary>
    /// SHA-256 over the hashes of the chunks that were evaluated, in their order (docs/receipts.md); null when the part failed.
    /// </summary>
    [Id(4)]
    public byte[]? InputSha256 { get; init; }

    /// <summary>SHA-256 of <see cref="Result"/>; null when the part failed.</summary>
    [Id(5)]
    public byte[]? ResultSha256 { get; init; }
}
