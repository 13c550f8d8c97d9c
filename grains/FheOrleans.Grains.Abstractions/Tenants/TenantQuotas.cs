using Orleans;

namespace FheOrleans.Grains;

/// <summary>What a tenant may use. As its operator set it, null stands for the node's default; as it is in force, nothing is
/// null.</summary>
[GenerateSerializer, Immutable, Alias("fhe.tenant-quotas")]
public sealed record TenantQuotas
{
    /// <summary>Bytes stored: key sets, datasets, points, models, results, receipts.</summary>
    [Id(0)]
    public long? StoredBytes { get; init; }

    /// <summary>Key sets of all its data owners together.</summary>
    [Id(1)]
    public int? KeySets { get; init; }

    /// <summary>Datasets of all its data owners together.</summary>
    [Id(2)]
    public int? Datasets { get; init; }

    /// <summary>Inferences that wait for their turn. More are refused.</summary>
    [Id(3)]
    public int? QueuedInferences { get; init; }

    /// <summary>Inferences that are evaluated at one time. More wait.</summary>
    [Id(4)]
    public int? RunningInferences { get; init; }

    /// <summary>Requests of all its members together in a minute.</summary>
    [Id(5)]
    public int? RequestsPerMinute { get; init; }

    /// <summary>These, and where they say nothing, others.</summary>
    /// <param name="others">The defaults.</param>
    /// <returns>Quotas that say nothing only where the defaults say nothing either.</returns>
    public TenantQuotas Or(TenantQuotas others) => new()
    {
        StoredBytes = StoredBytes ?? others.StoredBytes,
        KeySets = KeySets ?? others.KeySets,
        Datasets = Datasets ?? others.Datasets,
        QueuedInferences = QueuedInferences ?? others.QueuedInferences,
        RunningInferences = RunningInferences ?? others.RunningInferences,
        RequestsPerMinute = RequestsPerMinute ?? others.RequestsPerMinute,
    };
}

/// <summary>The quotas of a tenant, twice.</summary>
[GenerateSerializer, Immutable, Alias("fhe.quotas-description")]
public sealed record QuotasDescription
{
    /// <summary>What the operator set for this tenant; null where nothing.</summary>
    [Id(0)]
    public required TenantQuotas Set { get; init; }

    /// <summary>What is in force.</summary>
    [Id(1)]
    public required TenantQuotas InForce { get; init; }
}

/// <summary>What storage holds for a tenant, or is to hold more.</summary>
[GenerateSerializer, Immutable, Alias("fhe.stored-usage")]
public sealed record StoredUsage
{
    /// <summary>Bytes of payloads and of key sets' records.</summary>
    [Id(0)]
    public long Bytes { get; init; }

    /// <summary>Key sets that are declared.</summary>
    [Id(1)]
    public int KeySets { get; init; }

    /// <summary>Datasets that are declared.</summary>
    [Id(2)]
    public int Datasets { get; init; }

    /// <summary>The sum of two.</summary>
    /// <param name="other">The other.</param>
    /// <returns>The sum.</returns>
    public StoredUsage Plus(StoredUsage other) =>
        new() { Bytes = Bytes + other.Bytes, KeySets = KeySets + other.KeySets, Datasets = Datasets + other.Datasets };
}

/// <summary>What a tenant's inferences are at.</summary>
[GenerateSerializer, Immutable, Alias("fhe.tenant-work")]
public sealed record TenantWork
{
    /// <summary>Inferences whose turn has not come.</summary>
    [Id(0)]
    public int Queued { get; init; }

    /// <summary>Inferences that are evaluated.</summary>
    [Id(1)]
    public int Running { get; init; }
}
