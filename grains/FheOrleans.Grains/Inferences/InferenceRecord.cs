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

    /// <summary>What the receipts say of the keys and the model: their hashes when the inference was accepted.</summary>
    [Id(8)]
    public byte[] KeySetSha256 { get; set; } = [];

    [Id(9)]
    public byte[] ModelSha256 { get; set; } = [];

    /// <summary>Tells this inference from another of its name before or after it.</summary>
    [Id(10)]
    public Guid Incarnation { get; set; }

    /// <summary>Whether the end is in the ledger: until then nobody is told that the inference has ended.</summary>
    [Id(11)]
    public bool IsEndEntered { get; set; }

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

    /// <summary>SHA-256 of the statement of the part's receipt, which rests beside the result.</summary>
    [Id(4)]
    public byte[] ReceiptSha256 { get; set; } = [];
}
