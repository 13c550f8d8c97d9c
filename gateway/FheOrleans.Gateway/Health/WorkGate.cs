using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FheOrleans.Gateway.Health;

/// <summary>
/// Turns newcomers away while the node stops, and new work while it is drained. What runs is finished; a client whose connection was
/// closed and who is back at once would otherwise hold the stopping node until its patience ends.
/// </summary>
/// <remarks>After routing and authorization: who may not ask does not learn what the node is at. Health answers to the end.</remarks>
internal sealed class WorkGate(RequestDelegate next, NodeReadiness readiness)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (readiness.IsStopping && context.GetEndpoint()?.Metadata.GetMetadata<TellsHealth>() is null)
            throw Turned("Stopping", "The node is stopping. Send it again when the node is back.");
        if (readiness.DrainingSince is not null && context.GetEndpoint()?.Metadata.GetMetadata<StartsWork>() is not null)
            throw Turned("Draining", "The node takes no new work while its operator drains it. Nothing was stored. Send it again after the time in Retry-After.");
        return next(context);
    }

    private static Refusal Turned(string title, string detail) => new(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Busy, title, detail);
}

/// <summary>An endpoint that begins a computation: refused while the node is drained.</summary>
internal sealed record StartsWork;

/// <summary>An endpoint that says how the node is: answered while it stops.</summary>
internal sealed record TellsHealth;

/// <summary>How an endpoint says what the gate should know of it.</summary>
internal static class WorkGateConventions
{
    /// <summary>Says that the endpoint begins a computation.</summary>
    public static TBuilder StartsWork<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new StartsWork());

    /// <summary>Says that the endpoint tells how the node is.</summary>
    public static TBuilder TellsHealth<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new TellsHealth());
}
