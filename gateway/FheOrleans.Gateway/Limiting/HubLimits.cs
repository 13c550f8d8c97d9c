using Microsoft.AspNetCore.SignalR;

namespace FheOrleans.Gateway.Limiting;

/// <summary>A call of a hub's method is a request like any other, though it comes over a connection that was counted once.</summary>
internal sealed class HubLimits(RequestLimits limits) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        if (invocationContext.Context.GetHttpContext() is { } context)
        {
            using var lease = limits.Limiter.AttemptAcquire(context);
            if (!lease.IsAcquired) throw new HubException("This tenant sends more requests in a minute than it may. Try again in some seconds.");
        }
        return await next(invocationContext);
    }
}
