using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Identity;
using Microsoft.AspNetCore.SignalR;

namespace FheOrleans.Gateway.Limiting;

/// <summary>A call of a hub's method is a request like any other, though it comes over a connection that was counted once.</summary>
internal sealed class HubLimits(RequestLimits limits) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            var caller = Caller.Of(invocationContext.Context.User);
            if (!caller.IsOperator && await limits.LetInAsync(caller.Tenant) is { Requests: 0 })
                throw Busy("This tenant sends more requests in a minute than it may. Try again in some seconds.");
            return await next(invocationContext);
        }
        catch (Exception fault) when (GrainCalls.IsPassing(fault))
        {
            throw Busy("Something behind the gateway is away for a moment. Try again.");
        }
    }

    /// <summary>A refusal that the client's library knows for one that passes.</summary>
    private static HubException Busy(string detail) => new($"{PredictionHubContract.Busy} {detail}");
}
