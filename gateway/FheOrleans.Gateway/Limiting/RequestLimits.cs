using System.Collections.Concurrent;
using System.Globalization;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Problems;
using FheOrleans.Grains;

namespace FheOrleans.Gateway.Limiting;

/// <summary>
/// Requests in a minute, of all of a tenant's members together and over all gateways. A tenant may save up a minute's worth: an upload
/// may come all at once.
/// </summary>
/// <remarks>
/// The tenant's grain counts; a gateway takes about a second's worth at a time and spends it by itself. So however many gateways there
/// are, a tenant has what its quota says, and no more; what a gateway has taken and not spent within a minute is lost to the tenant, a
/// second's worth at most. Only callers who are known are counted here. Strangers are <see cref="SignInLimits"/>' matter. The operator
/// is not limited.
/// </remarks>
internal sealed class RequestLimits(GrainCalls grains, TimeProvider time)
{
    private const int MostAtATime = 100;

    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, Purse> _purses = new(StringComparer.Ordinal);

    /// <summary>Lets one request of a tenant in, or says when to try again.</summary>
    /// <returns>What is left of the allowance; with 0 in it the request is one too many.</returns>
    public async ValueTask<RequestAllowance> LetInAsync(string tenant)
    {
        var purse = _purses.GetOrAdd(tenant, _ => new());
        if (purse.Take(time.GetTimestamp(), time) is { } allowed) return allowed;
        var taken = await grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(tenant)).LetRequestsInAsync(purse.Wanted);
        return taken.Requests == 0 ? taken : purse.PutAllButOne(taken, time.GetTimestamp(), time);
    }

    /// <summary>Asks for a tenant's allowance anew with its next request: its quota was changed.</summary>
    public void Forget(string tenant) => _purses.TryRemove(tenant, out _);

    /// <summary>The refusal of a request over its tenant's limit.</summary>
    public static Refusal Refuse(RequestAllowance allowance) => TooMany(
        QuotaNames.RequestsPerMinute, allowance.PerMinute, TimeSpan.FromSeconds(allowance.RetryAfterSeconds), "This tenant sends more requests in a minute than it may.");

    /// <summary>The refusal of something that comes too often.</summary>
    public static Refusal TooMany(string limit, int perMinute, TimeSpan wait, string detail)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        detail = string.Create(CultureInfo.InvariantCulture, $"{detail} Try again in {seconds} seconds, or ask the operator for more.");
        return new(ProblemMapping.Over(limit, perMinute + 1L, perMinute, seconds, detail));
    }

    /// <summary>What this gateway has taken of a tenant's allowance.</summary>
    private sealed class Purse
    {
        private readonly Lock _gate = new();
        private int _left, _perMinute = 1;
        private long _filledAt;

        /// <summary>About a second's worth.</summary>
        public int Wanted
        {
            get
            {
                lock (_gate) return Math.Clamp(_perMinute / 60, 1, MostAtATime);
            }
        }

        public RequestAllowance? Take(long now, TimeProvider time)
        {
            lock (_gate)
            {
                if (_left == 0 || time.GetElapsedTime(_filledAt, now) > Kept) return null;
                return new() { Requests = _left--, PerMinute = _perMinute };
            }
        }

        /// <summary>What was taken, of which one request is let in at once; beside what another request has put in meanwhile.</summary>
        public RequestAllowance PutAllButOne(RequestAllowance taken, long now, TimeProvider time)
        {
            lock (_gate)
            {
                var kept = time.GetElapsedTime(_filledAt, now) > Kept ? 0 : _left;
                (_left, _perMinute, _filledAt) = (kept + taken.Requests - 1, taken.PerMinute, now);
            }
            return taken;
        }
    }
}
