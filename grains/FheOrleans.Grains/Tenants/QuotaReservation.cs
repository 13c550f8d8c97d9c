using Orleans;

namespace FheOrleans.Grains.Tenants;

/// <summary>Room in a tenant's quota for one write. Disposed when the write is over, however it ended.</summary>
internal sealed class QuotaReservation(ITenantQuotaGrain quota, Guid reservation) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => new(quota.SettleAsync(reservation));
}

/// <summary>How grains ask for room before they store: the one seam between them and quotas.</summary>
internal static class QuotaReserving
{
    /// <summary>Reserves room for bytes.</summary>
    /// <exception cref="QuotaExceededException">They do not fit the tenant's quota.</exception>
    internal static Task<QuotaReservation> ReserveBytesAsync(this IGrainFactory grains, string tenant, long bytes) =>
        grains.ReserveAsync(tenant, new() { Bytes = bytes });

    /// <summary>Reserves room for anything that is counted.</summary>
    /// <exception cref="QuotaExceededException">It does not fit the tenant's quotas.</exception>
    internal static async Task<QuotaReservation> ReserveAsync(this IGrainFactory grains, string tenant, StoredUsage amount)
    {
        var quota = grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(tenant));
        return new(quota, await quota.ReserveAsync(amount));
    }
}
