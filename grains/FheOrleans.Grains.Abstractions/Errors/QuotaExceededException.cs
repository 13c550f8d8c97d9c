using System.Globalization;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>A tenant, or one of its data owners, has as much of something as it may. Nothing was stored or started.</summary>
/// <param name="quota">Which quota, as it is named on the wire: <c>stored-bytes</c>, <c>queued-inferences</c>.</param>
/// <param name="found">What it would have come to.</param>
/// <param name="limit">The most that is allowed.</param>
/// <param name="retryAfterSeconds">When to try again, where waiting helps; null where only deleting something does, or another quota.</param>
[GenerateSerializer, Alias("fhe.error.quota")]
public sealed class QuotaExceededException(string quota, long found, long limit, int? retryAfterSeconds) : FheOrleansException(
    string.Create(CultureInfo.InvariantCulture, $"Over the quota of {quota}: it would be {found}, {limit} allowed. ") + (retryAfterSeconds is null
        ? "Delete something, or ask the operator for more."
        : string.Create(CultureInfo.InvariantCulture, $"Try again in {retryAfterSeconds} seconds, when some of it is done.")))
{
    /// <summary>Which quota.</summary>
    [Id(0)]
    public string Quota { get; private set; } = quota;

    /// <summary>What it would have come to.</summary>
    [Id(1)]
    public long Found { get; private set; } = found;

    /// <summary>The most that is allowed.</summary>
    [Id(2)]
    public long Limit { get; private set; } = limit;

    /// <summary>When to try again, in seconds; null where waiting does not help.</summary>
    [Id(3)]
    public int? RetryAfterSeconds { get; private set; } = retryAfterSeconds;

    /// <inheritdoc/>
    public override bool IsTransient => RetryAfterSeconds is not null;
}

/// <summary>The names of quotas on the wire. They never change their meaning.</summary>
public static class QuotaNames
{
    /// <summary>Bytes stored for a tenant.</summary>
    public const string StoredBytes = "stored-bytes";

    /// <summary>Key sets of a tenant.</summary>
    public const string KeySets = "key-sets";

    /// <summary>Datasets of a tenant.</summary>
    public const string Datasets = "datasets";

    /// <summary>Inferences of a tenant that wait.</summary>
    public const string QueuedInferences = "queued-inferences";

    /// <summary>Inferences of a data owner that have not ended.</summary>
    public const string UnfinishedInferencesOfAnOwner = "unfinished-inferences-of-an-owner";

    /// <summary>Inferences of the node that have not ended.</summary>
    public const string UnfinishedInferences = "unfinished-inferences";

    /// <summary>Requests of a tenant in a minute.</summary>
    public const string RequestsPerMinute = "requests-per-minute";

    /// <summary>Failed tries to sign in or to join from one address, in a minute.</summary>
    public const string FailedSignIns = "failed-sign-ins-per-minute";
}
