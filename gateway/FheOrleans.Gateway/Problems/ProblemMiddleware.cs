using System.Globalization;
using FheOrleans.Gateway.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FheOrleans.Gateway.Problems;

/// <summary>The outermost piece: whatever goes wrong inside becomes a problem document, and nothing else ever reaches the client.</summary>
internal sealed class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> log)
{
    private const string MediaType = "application/problem+json";
    private const string RetryAfterSeconds = "2";

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            var response = context.Response;
            if (!response.HasStarted && response.ContentType is null && ProblemMapping.OfStatus(response.StatusCode) is { } bare)
                await WriteAsync(context, bare);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered. An upload that was cut off is continued by its client.
        }
        catch (Exception fault) when (!context.Response.HasStarted)
        {
            await WriteAsync(context, ProblemMapping.Of(fault) ?? Internal(context, fault));
        }
    }

    private ProblemBody Internal(HttpContext context, Exception fault)
    {
        log.RequestFailed(context.Request.Method, context.GetEndpoint()?.DisplayName, context.TraceIdentifier, fault);
        return new ProblemBody(
            ProblemTypes.Internal, "Internal fault", StatusCodes.Status500InternalServerError,
            $"The node failed, and has logged why under trace id {context.TraceIdentifier}. Tell its operator.");
    }

    private static Task WriteAsync(HttpContext context, ProblemBody problem)
    {
        context.Response.StatusCode = problem.Status;
        context.Response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        else if (problem.Status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return context.Response.WriteAsJsonAsync(problem, ContractJson.Options, MediaType, context.RequestAborted);
    }
}
