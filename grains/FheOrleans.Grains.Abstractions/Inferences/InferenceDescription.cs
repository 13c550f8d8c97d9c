using Orleans;

namespace FheOrleans.Grains;

/// <summary>Where an inference is in its life.</summary>
[GenerateSerializer, Alias("fhe.inference-state")]
public enum InferenceState
{
    /// <summary>Checked and stored; no part is given out yet.</summary>
    Accepted,

    /// <summary>Parts are being evaluated.</summary>
    Running,

    /// <summary>Every part has its result.</summary>
    Completed,

    /// <summary>A part failed; the others are given up.</summary>
    Failed,

    /// <summary>Its owner gave it up.</summary>
    Cancelled,
}

/// <summary>An inference as it stands.</summary>
[GenerateSerializer, Immutable, Alias("fhe.inference-description")]
public sealed record InferenceDescription
{
    /// <summary>The inference's name.</summary>
    [Id(0)]
    public required string Inference { get; init; }

    /// <summary>What was asked for.</summary>
    [Id(1)]
    public required InferenceRequest Request { get; init; }

    /// <summary>Where it is in its life.</summary>
    [Id(2)]
    public InferenceState State { get; init; }

    /// <summary>How many parts it has.</summary>
    [Id(3)]
    public int Parts { get; init; }

    /// <summary>How many parts have their results.</summary>
    [Id(4)]
    public int PartsCompleted { get; init; }

    /// <summary>Why it failed, if it did.</summary>
    [Id(5)]
    public string? Failure { get; init; }

    /// <summary>How long the evaluation of the finished parts took, in seconds, added up.</summary>
    [Id(6)]
    public double EvaluationSeconds { get; init; }

    /// <summary>When it was accepted.</summary>
    [Id(7)]
    public DateTimeOffset AcceptedAt { get; init; }

    /// <summary>When it ended, or null.</summary>
    [Id(8)]
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether nothing will change any more.</summary>
    public bool HasEnded => State is InferenceState.Completed or InferenceState.Failed or InferenceState.Cancelled;
}
