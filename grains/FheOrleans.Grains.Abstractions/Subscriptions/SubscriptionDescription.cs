using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>Where a subscription is in its life.</summary>
[GenerateSerializer, Alias("fhe.subscription-state")]
public enum SubscriptionState
{
    /// <summary>It takes points, and forecasts.</summary>
    Active,

    /// <summary>A point could not be computed for good; it takes no more. Upgrade it to go on, or delete it.</summary>
    Failed,

    /// <summary>Its owner deletes it; what is left is being removed.</summary>
    Deleting,
}

/// <summary>A subscription as it stands.</summary>
[GenerateSerializer, Immutable, Alias("fhe.subscription-description")]
public sealed record SubscriptionDescription
{
    /// <summary>The subscription's name.</summary>
    [Id(0)]
    public required string Subscription { get; init; }

    /// <summary>What was asked for; its version is the one in use.</summary>
    [Id(1)]
    public required SubscriptionRequest Request { get; init; }

    /// <summary>Where it is in its life.</summary>
    [Id(2)]
    public SubscriptionState State { get; init; }

    /// <summary>Time points in a window.</summary>
    [Id(3)]
    public int WindowPoints { get; init; }

    /// <summary>How many chunks a point has.</summary>
    [Id(4)]
    public int ChunksPerPoint { get; init; }

    /// <summary>The number of the last point that is stored whole; 0 for none. The next to append is the one after.</summary>
    [Id(5)]
    public int Appended { get; init; }

    /// <summary>The chunks of the next point that are there already, ascending.</summary>
    [Id(6)]
    public ImmutableArray<int> Arriving { get; init; } = [];

    /// <summary>The number of the last point that the forecast state has taken in.</summary>
    [Id(7)]
    public int Computed { get; init; }

    /// <summary>The first point after which there is, or will be, a forecast by the version in use.</summary>
    [Id(8)]
    public int FirstForecast { get; init; }

    /// <summary>Why it failed, if it did.</summary>
    [Id(9)]
    public string? Failure { get; init; }

    /// <summary>How long the evaluation of all points took, in seconds, added up.</summary>
    [Id(10)]
    public double EvaluationSeconds { get; init; }

    /// <summary>When it was made.</summary>
    [Id(11)]
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>How far the upload of a point is.</summary>
[GenerateSerializer, Immutable, Alias("fhe.point-progress")]
public sealed record PointProgress
{
    /// <summary>How many of the point's chunks are there.</summary>
    [Id(0)]
    public int Received { get; init; }

    /// <summary>How many it has.</summary>
    [Id(1)]
    public int Total { get; init; }

    /// <summary>The number of the last point that is stored whole.</summary>
    [Id(2)]
    public int Appended { get; init; }

    /// <summary>Whether the point is stored whole: it will be computed, whatever happens.</summary>
    public bool Complete => Received == Total;
}
