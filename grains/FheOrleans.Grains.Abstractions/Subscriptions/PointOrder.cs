using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>What there is to know to take one point in.</summary>
[GenerateSerializer, Immutable, Alias("fhe.point-order")]
public sealed record PointOrder
{
    /// <summary>The subscription's grain key.</summary>
    [Id(0)]
    public required string SubscriptionKey { get; init; }

    /// <summary>The point's number.</summary>
    [Id(1)]
    public required int Point { get; init; }

    /// <summary>Which of the subscription's states rolls on: they are counted from 1, and each version has its own.</summary>
    [Id(2)]
    public required int Epoch { get; init; }

    /// <summary>The first point that this state has taken in.</summary>
    [Id(3)]
    public required int FirstPoint { get; init; }

    /// <summary>How many chunks the point has.</summary>
    [Id(4)]
    public required int Chunks { get; init; }

    /// <summary>What was asked for.</summary>
    [Id(5)]
    public required SubscriptionRequest Request { get; init; }

    /// <summary>The key set's mark: <see cref="KeySetDescription.Generation"/>.</summary>
    [Id(6)]
    public required Guid KeySetGeneration { get; init; }

    /// <summary>SHA-256 of the network, hexadecimal: a model that was deleted and published anew is another.</summary>
    [Id(7)]
    public required string ModelSha256 { get; init; }

    /// <summary>Which subscription of its name ordered it: <see cref="ISubscriptionGrain.ReadIncarnationAsync"/>.</summary>
    [Id(8)]
    public Guid Incarnation { get; init; }
}

/// <summary>What became of a point: what it leaves behind, or a failure.</summary>
[GenerateSerializer, Immutable, Alias("fhe.point-outcome")]
public sealed record PointOutcome
{
    /// <summary>The forecast: SEAL ciphertexts one behind the other, or null when the point failed.</summary>
    [Id(0)]
    public byte[]? Result { get; init; }

    /// <summary>What the next points will recall, in payloads of ciphertexts that are recalled for equally long.</summary>
    [Id(1)]
    public ImmutableArray<byte[]> Kept { get; init; } = [];

    /// <summary>For each of these, how many points later it is recalled at last.</summary>
    [Id(2)]
    public ImmutableArray<int> Lifetimes { get; init; } = [];

    /// <summary>Why the point failed, or null.</summary>
    [Id(3)]
    public string? Failure { get; init; }

    /// <summary>Whether it may succeed when it is tried again.</summary>
    [Id(4)]
    public bool IsTransient { get; init; }

    /// <summary>
    /// Whether something was away that the point only uses: storage, or another silo. Such a failure says nothing of the point, and is not
    /// counted.
    /// </summary>
    [Id(8)]
    public bool IsOutage { get; init; }

    /// <summary>How long the evaluation took, in seconds, without waiting for a thread and without reading.</summary>
    [Id(5)]
    public double EvaluationSeconds { get; init; }

    /// <summary>SHA-256 of each chunk of the point, chunk after chunk, as they were read for this evaluation.</summary>
    [Id(6)]
    public byte[]? PointSha256 { get; init; }

    /// <summary>SHA-256 of <see cref="Result"/>.</summary>
    [Id(7)]
    public byte[]? ResultSha256 { get; init; }
}
