using FheOrleans.Grains.Datasets;
using Orleans;

namespace FheOrleans.Grains.Subscriptions;

/// <summary>What a subscription grain remembers; points, state and results rest in the payload store.</summary>
[GenerateSerializer, Alias("fhe.state.subscription")]
internal sealed class SubscriptionRecord
{
    /// <summary>As it was made; after an upgrade with the version in use.</summary>
    [Id(0)]
    public SubscriptionRequest? Request { get; set; }

    /// <summary>The version it was made with, by which the same request is known again.</summary>
    [Id(1)]
    public int FirstVersion { get; set; }

    [Id(2)]
    public SubscriptionState State { get; set; }

    [Id(3)]
    public Guid KeySetGeneration { get; set; }

    /// <summary>The key set's parameters: the subscription is bound to them.</summary>
    [Id(4)]
    public byte[] Parameters { get; set; } = [];

    /// <summary>What a point's ciphertexts must be, as a dataset of one batch.</summary>
    [Id(5)]
    public DatasetDeclaration? PointForm { get; set; }

    /// <summary>Points in a window of the version in use.</summary>
    [Id(6)]
    public int WindowPoints { get; set; }

    /// <summary>The last point that is stored whole.</summary>
    [Id(7)]
    public int Appended { get; set; }

    /// <summary>Chunks of the next point that are there.</summary>
    [Id(8)]
    public Dictionary<int, StoredChunk> Arriving { get; set; } = [];

    /// <summary>
    /// SHA-256 of each chunk of a point, chunk after chunk, by point: of the last appended points, by which a repeated upload is known, and
    /// of the last computed ones, which are the window of the next receipt. Of a backlog between the two nothing is remembered: each of its
    /// points is hashed again when it is computed, so the record does not grow with what waits.
    /// </summary>
    [Id(9)]
    public Dictionary<int, byte[]> Remembered { get; set; } = [];

    /// <summary>Which state rolls on, from 1; every version has its own.</summary>
    [Id(10)]
    public int Epoch { get; set; } = 1;

    /// <summary>The first point this state has taken in.</summary>
    [Id(11)]
    public int FirstPoint { get; set; } = 1;

    /// <summary>The last point it has taken in; its part of the state is stored.</summary>
    [Id(12)]
    public int Computed { get; set; }

    /// <summary>The first point to forecast after by the version in use.</summary>
    [Id(13)]
    public int FirstForecast { get; set; }

    /// <summary>
    /// The last point whose event has reached the owner. Written with the next change: at worst an event is published twice, under one number.
    /// </summary>
    [Id(14)]
    public int Published { get; set; }

    /// <summary>How many points later each kept payload is recalled at last, by its number. Set with the first point of an epoch.</summary>
    [Id(15)]
    public List<int> Lifetimes { get; set; } = [];

    /// <summary>The point up to which everything outlived is deleted. Written with the next change.</summary>
    [Id(16)]
    public int Trimmed { get; set; }

    /// <summary>States of earlier versions than this one are deleted. Written with the next change.</summary>
    [Id(17)]
    public int OldestEpoch { get; set; } = 1;

    /// <summary>How often the next point failed in a way that may pass.</summary>
    [Id(18)]
    public int Failures { get; set; }

    [Id(19)]
    public string? Failure { get; set; }

    /// <summary>Whether the event of the failure has reached the owner.</summary>
    [Id(20)]
    public bool IsFailurePublished { get; set; }

    [Id(21)]
    public double EvaluationSeconds { get; set; }

    [Id(22)]
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>How many of the last points are kept for another version.</summary>
    [Id(23)]
    public int KeptPoints { get; set; }

    /// <summary>The last point that is in the ledger. Written with the next change: entered twice it is one entry.</summary>
    [Id(24)]
    public int Entered { get; set; }

    /// <summary>Tells the subscription from another of the same name.</summary>
    [Id(25)]
    public Guid Incarnation { get; set; }

    /// <summary>The key set's hash, for receipts.</summary>
    [Id(26)]
    public byte[] KeySetSha256 { get; set; } = [];

    /// <summary>The hash of the network's bytes of the version in use.</summary>
    [Id(27)]
    public byte[] ModelSha256 { get; set; } = [];

    internal bool HasWork => Entered < Appended || State switch
    {
        SubscriptionState.Active => Computed < Appended || HasForecastToPublish,
        SubscriptionState.Failed => !IsFailurePublished,
        _ => true,
    };

    /// <summary>Forgets the hashes of points that no repeated upload, no ledger entry and no receipt to come asks for.</summary>
    internal void ForgetOutlived()
    {
        var newest = Appended - Math.Max(Limits.RememberedPoints, KeptPoints);
        foreach (var point in Remembered.Keys.Where(point => point <= newest && point <= Entered && (point > Computed || point <= Computed - KeptPoints)).ToArray())
            Remembered.Remove(point);
    }

    internal bool HasForecastToPublish => Published < Computed && Computed >= FirstForecast;
}
