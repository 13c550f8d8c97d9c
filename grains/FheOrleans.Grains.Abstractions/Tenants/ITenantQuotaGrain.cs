using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>What a tenant may store and what it stores. Key: <see cref="GrainKeys.Tenant"/>.</summary>
/// <remarks>
/// Nothing is counted that could be counted wrong: the use is what storage says when it is asked (<see cref="IUsageMeter"/>), after a
/// crash as before. In between, what was let in since is added to it, so that many writers at once do not go over a quota together.
/// </remarks>
[Alias("fhe.tenant-quota")]
public interface ITenantQuotaGrain : IGrainWithStringKey
{
    /// <summary>Sets quotas. The operator may.</summary>
    /// <param name="quotas">The quotas; null in it for the node's default.</param>
    /// <returns>Them and what is in force now.</returns>
    /// <exception cref="InvalidPayloadException">One is below what it may be.</exception>
    [Alias("set")]
    Task<QuotasDescription> SetAsync(TenantQuotas quotas);

    /// <summary>Reads the quotas.</summary>
    /// <returns>What was set and what is in force.</returns>
    [Alias("read"), AlwaysInterleave]
    Task<QuotasDescription> ReadAsync();

    /// <summary>
    /// Lets some of the tenant's requests in: what it may send in a minute is counted here, for all gateways together. It may save up a
    /// minute's worth. A gateway takes a few at a time, and asks again when they are used up.
    /// </summary>
    /// <param name="wanted">The most to let in, from 1.</param>
    /// <returns>How many may come in, at most <paramref name="wanted"/>; 0 with the time until there is one again.</returns>
    [Alias("let-requests-in"), AlwaysInterleave]
    Task<RequestAllowance> LetRequestsInAsync(int wanted);

    /// <summary>Asks storage what the tenant uses.</summary>
    /// <returns>The use, exactly.</returns>
    [Alias("measure"), ResponseTimeout("00:02:00")]
    Task<StoredUsage> MeasureAsync();

    /// <summary>Lets something in that is about to be stored, if it fits. Settle it when the write is over, whatever became of
    /// it.</summary>
    /// <param name="amount">How much; nothing at all asks whether the tenant is over its quota already.</param>
    /// <returns>What to settle it by.</returns>
    /// <exception cref="QuotaExceededException">It does not fit.</exception>
    [Alias("reserve"), ResponseTimeout("00:02:00")]
    Task<Guid> ReserveAsync(StoredUsage amount);

    /// <summary>Says that a write is over.</summary>
    /// <param name="reservation">Which.</param>
    /// <returns>When it is noted.</returns>
    [Alias("settle"), OneWay]
    Task SettleAsync(Guid reservation);

    /// <summary>Says that something of the tenant's was deleted: what was measured before it is no reason to refuse.
    /// <see cref="IDeletionGrain"/> calls this.</summary>
    /// <returns>When it is noted.</returns>
    [Alias("note-deletion")]
    Task NoteDeletionAsync();
}

/// <summary>Asks storage itself how much it holds for a tenant. Implementations are safe for concurrent use.</summary>
public interface IUsageMeter
{
    /// <summary>Measures a tenant.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The bytes of all its payloads and key sets' records, and how many key sets and datasets are declared.</returns>
    Task<StoredUsage> MeasureAsync(string tenant, CancellationToken cancellationToken = default);
}
