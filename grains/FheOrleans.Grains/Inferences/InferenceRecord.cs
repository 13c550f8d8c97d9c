using Orleans;

namespace FheOrleans.Grains.Inferences;

/// <summary>What an inference grain remembers; results rest in the payload store.</summary>
[GenerateSerializer, Alias("fhe.state.inference")]
internal sealed class InferenceRecord
{
    [Id(0)]
    public InferenceRequest? Request { get; set; }

    [Id(1)]
    public InferenceState State { get; set; }

    [Id(2)]
    public List<PartRecord> Parts { get; set; } = [];

    [Id(3)]
    public Guid KeySetGeneration { get; set; }

    [Id(4)]
    public string? Failure { get; set; }

    [Id(5)]
    public DateTimeOffset AcceptedAt { get; set; }

    [Id(6)]
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Whether the event of the end has reached the owner: until then the inference counts as unfinished work.</summary>
    [Id(7)]
    public bool IsEndPublished { get; set; }

    internal bool HasEnded => State is InferenceState.Completed or InferenceState.Failed or InferenceState.Cancelled;
}

/// <summary>One part of an inference.</summary>
[GenerateSerializer, Alias("fhe.state.part")]
internal sealed class PartRecord
{
    /// <summary>Whether the result is stored.</summary>
    [Id(0)]
    public bool IsDone { get; set; }

    /// <summary>How often it failed in a way that may pass.</summary>
    [Id(1)]
    public int Failures { get; set; }

    [Id(2)]
    public double EvaluationSeconds { get; set; }

    /// <summary>
    /// Whether the event of the result has reached the owner. Written with the next change: at worst it is published twice, under one
    /// number.
    /// </summary>
    [Id(3)]
    public bool IsPublished { get; set; }
}
