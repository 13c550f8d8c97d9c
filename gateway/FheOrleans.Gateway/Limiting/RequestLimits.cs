using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.RateLimiting;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Problems;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Orleans;

namespace FheOrleans.Gateway.Limiting;

/// <summary>
/// Requests in a minute, of all of a tenant's members together. A tenant may save up a minute's worth: an upload may come all at once.
/// </summary>
/// <remarks>
/// Only callers who are known are counted here, so there are never more counters than tenants, twice as many just after quotas were changed; what
/// has not been used for a while is let go. Strangers are <see cref="SignInLimits"/>' matter. The operator is not limited.
/// </remarks>
internal sealed class RequestLimits(IGrainFactory grains, TimeProvider time)
{
    // How long a gateway goes by a quota that the operator has set at another one.
    private static readonly TimeSpan Known = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (int Limit, DateTimeOffset Until)> _limits = new(StringComparer.Ordinal);

    /// <summary>What the rate limiting middleware counts by: the caller's tenant and its quota, put into the request by authentication.</summary>
    public PartitionedRateLimiter<HttpContext> Limiter { get; } = PartitionedRateLimiter.Create<HttpContext, TenantLimit>(context => PartitionOf(context.Features.Get<TenantLimit>()));

    /// <summary>The quota of a caller's tenant.</summary>
    public async ValueTask<TenantLimit?> OfAsync(Caller caller)
    {
        if (caller.IsOperator) return null;
        var now = time.GetUtcNow();
        if (!_limits.TryGetValue(caller.Tenant, out var known) || known.Until < now)
        {
            var quotas = await grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(caller.Tenant)).ReadAsync();
            _limits[caller.Tenant] = known = (quotas.InForce.RequestsPerMinute!.Value, now + Known);
        }
        return new(caller.Tenant, known.Limit);
    }

    /// <summary>Asks for a tenant's quota anew with its next request.</summary>
    public void Forget(string tenant) => _limits.TryRemove(tenant, out _);

    /// <summary>Answers a request over its limit.</summary>
    public static ValueTask RefuseAsync(OnRejectedContext rejected, CancellationToken cancellation)
    {
        var limit = rejected.HttpContext.Features.Get<TenantLimit>()!;
        var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : TimeSpan.FromSeconds(1);
        throw TooMany(QuotaNames.RequestsPerMinute, limit.PerMinute, wait, "This tenant sends more requests in a minute than it may.");
    }

    /// <summary>The refusal of something that comes too often.</summary>
    public static Refusal TooMany(string limit, int perMinute, TimeSpan wait, string detail)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        detail = string.Create(CultureInfo.InvariantCulture, $"{detail} Try again in {seconds} seconds, or ask the operator for more.");
        return new(ProblemMapping.Over(limit, perMinute + 1L, perMinute, seconds, detail));
    }

    /// <summary>A bucket that holds a minute's worth and is filled up evenly.</summary>
    public static TokenBucketRateLimiterOptions PerMinute(int limit) => new()
    {
        TokenLimit = limit,
        TokensPerPeriod = Math.Max(1, limit / 60),
        ReplenishmentPeriod = limit >= 60 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1) / limit,
        AutoReplenishment = true,
        QueueLimit = 0,
    };

    private static RateLimitPartition<TenantLimit> PartitionOf(TenantLimit? limit) => limit is null
        ? RateLimitPartition.GetNoLimiter(TenantLimit.None)
        : RateLimitPartition.GetTokenBucketLimiter(limit, counted => PerMinute(counted.PerMinute));
}

/// <summary>What a request is counted by.</summary>
internal sealed record TenantLimit(string Tenant, int PerMinute)
{
    public static TenantLimit None { get; } = new("", 0);
}
