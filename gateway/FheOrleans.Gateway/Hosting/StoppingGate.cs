using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace FheOrleans.Gateway;

/// <summary>
/// Turns newcomers away while the node stops. What runs is finished; a client whose connection was closed and who is back at once would
/// otherwise hold the stopping node until its patience ends.
/// </summary>
internal sealed class StoppingGate(RequestDelegate next, IHostApplicationLifetime lifetime)
{
    public Task InvokeAsync(HttpContext context) => lifetime.ApplicationStopping.IsCancellationRequested
        ? throw new Refusal(
            StatusCodes.Status503ServiceUnavailable, ProblemTypes.Busy, "Stopping", "The node is stopping. Send it again when the node is back.")
        : next(context);
}
