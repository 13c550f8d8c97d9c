using System.Globalization;
using System.Security.Claims;
using FheOrleans.Gateway.Identity;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Telemetry;

/// <summary>Counts every request and traces it, around all that may refuse it; what it was and whose is known when it has been
/// answered.</summary>
internal sealed class RequestTelemetry(RequestDelegate next, GatewayTelemetry telemetry)
{
    public async Task InvokeAsync(HttpContext context)
    {
        using var activity = telemetry.Begin();
        try
        {
            await next(context);
        }
        finally
        {
            telemetry.Answered(activity, MethodOf(context.Request.Method), RouteOf(context), context.User.FindFirstValue(Claims.Tenant) ?? "", StatusOf(context));
        }
    }

    // A method is a stranger's word like any other; what is not a method of HTTP is not repeated.
    private static string MethodOf(string method) => method is "GET" or "PUT" or "POST" or "DELETE" or "HEAD" or "OPTIONS" or "PATCH" ? method : "_OTHER";

    private static string RouteOf(HttpContext context) => (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";

    private static string StatusOf(HttpContext context) => context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted
        ? "aborted"
        : context.Response.StatusCode.ToString(CultureInfo.InvariantCulture);
}
