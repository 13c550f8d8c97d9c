using Orleans;

namespace FheOrleans.Grains;

/// <summary>What an event says about its inference or subscription.</summary>
[GenerateSerializer, Alias("fhe.prediction-state")]
public enum PredictionState
{
    /// <summary>One part has its encrypted result.</summary>
    PartCompleted,

    /// <summary>All parts have their results.</summary>
    Completed,

    /// <summary>The inference failed, or the subscription; no more results come.</summary>
    Failed,

    /// <summary>The inference was cancelled; no more results come.</summary>
    Cancelled,

    /// <summary>A subscription has a new encrypted forecast after an appended point.</summary>
    Live,
}

/// <summary>One numbered event of a data owner, delivered at least once.</summary>
[GenerateSerializer, Immutable, Alias("fhe.prediction-event")]
public sealed record PredictionEvent
{
    /// <summary>The event's number, from 1 and without gaps for one data owner.</summary>
    [Id(0)]
    public long Sequence { get; init; }

    /// <summary>The inference's name; the subscription's, for <see cref="PredictionState.Live"/> and its failures.</summary>
    [Id(1)]
    public required string Inference { get; init; }

    /// <summary>What happened.</summary>
    [Id(2)]
    public PredictionState State { get; init; }

    /// <summary>
    /// The part, from 0, for <see cref="PredictionState.PartCompleted"/>; of a subscription the number of the point, from 1; -1 for the others.
    /// </summary>
    [Id(3)]
    public int Part { get; init; } = -1;

    /// <summary>How many parts the inference has; 0 for a subscription.</summary>
    [Id(4)]
    public int Parts { get; init; }

    /// <summary>The key set under which results are encrypted.</summary>
    [Id(5)]
    public required string KeySet { get; init; }

    /// <summary>The model, <c>publisher/model</c>.</summary>
    [Id(6)]
    public required string Model { get; init; }

    /// <summary>The model's version.</summary>
    [Id(7)]
    public int Version { get; init; }

    /// <summary>How long the evaluation took, in seconds: of the part or point, or of all parts together when the inference has ended.</summary>
    [Id(8)]
    public double EvaluationSeconds { get; init; }

    /// <summary>Why it failed, for <see cref="PredictionState.Failed"/>.</summary>
    [Id(9)]
    public string? Failure { get; init; }

    /// <summary>When it happened.</summary>
    [Id(10)]
    public DateTimeOffset At { get; init; }

    /// <summary>
    /// The result of the part, or the live forecast: SEAL ciphertexts at the circuit's output level, one behind the other, one per output. Null unless
    /// <see cref="PredictionState.PartCompleted"/> or <see cref="PredictionState.Live"/>, and where it is not kept any more.
    /// </summary>
    [Id(11)]
    public byte[]? Result { get; init; }

    /// <summary>
    /// The receipt of the part, of the live forecast, or of the inference for <see cref="PredictionState.Completed"/>; null for the others.
    /// Like the result it is read from where its inference or subscription stored it.
    /// </summary>
    [Id(12)]
    public SignedStatement? Receipt { get; init; }

    /// <summary>Tells the inference or subscription from another of its name that was deleted before it.</summary>
    [Id(13)]
    public Guid Incarnation { get; init; }
}
