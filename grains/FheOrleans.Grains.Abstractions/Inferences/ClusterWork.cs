using Orleans;

namespace FheOrleans.Grains;

/// <summary>What a silo says of itself when it asks after the work: <see cref="IUnfinishedWorkGrain.CheckAsync"/>.</summary>
[GenerateSerializer, Immutable, Alias("fhe.silo-report")]
public sealed record SiloReport
{
    /// <summary>The silo: made when its process starts, so that one that comes back is another.</summary>
    [Id(0)]
    public required Guid Silo { get; init; }

    /// <summary>Threads that evaluate circuits; 0 from a silo that is stopping and takes nothing new.</summary>
    [Id(1)]
    public int EvaluationThreads { get; init; }

    /// <summary>Parts and points that have a thread.</summary>
    [Id(2)]
    public int Evaluating { get; init; }

    /// <summary>Parts and points that wait for one.</summary>
    [Id(3)]
    public int Waiting { get; init; }
}

/// <summary>What all silos together have to do, and with what. As old as a check of the work at most.</summary>
[GenerateSerializer, Immutable, Alias("fhe.cluster-work")]
public sealed record ClusterWork
{
    /// <summary>Silos that asked after the work lately.</summary>
    [Id(0)]
    public int Silos { get; init; }

    /// <summary>Their threads that evaluate circuits, together.</summary>
    [Id(1)]
    public int EvaluationThreads { get; init; }

    /// <summary>Parts and points that have a thread.</summary>
    [Id(2)]
    public int Evaluating { get; init; }

    /// <summary>Parts and points that a silo has and that wait for a thread there.</summary>
    [Id(3)]
    public int Waiting { get; init; }

    /// <summary>Inferences that have not ended.</summary>
    [Id(4)]
    public int Inferences { get; init; }

    /// <summary>Subscriptions with points to take in.</summary>
    [Id(5)]
    public int Subscriptions { get; init; }

    /// <summary>
    /// The queue's depth: parts of all inferences, and points of all subscriptions, that have no result yet, whether they are given out or not.
    /// </summary>
    [Id(6)]
    public long QueueDepth { get; init; }
}
