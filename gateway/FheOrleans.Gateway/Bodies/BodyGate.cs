using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace FheOrleans.Gateway.Bodies;

/// <summary>
/// Stands between authentication and the endpoints. It refuses a body by its stated length and type before any of it is read, and reserves
/// memory for what will be held.
/// </summary>
internal sealed class BodyGate(RequestDelegate next, MemoryBudget budget)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var limit = context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>();
        var stated = context.Request.ContentLength;
        var maximum = limit?.MaximumBytes ?? 0;
        var hasBody = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody ?? stated is > 0;
        if (limit is null || !hasBody)
        {
            // What does not belong to an endpoint is not read: the connection closes after the answer.
            if (hasBody) Bound(context, maximum);
            await next(context);
            return;
        }

        if (stated > maximum) throw Refusal.TooLarge("The body", stated.Value, maximum);
        if (limit.LengthRequired && stated is null)
        {
            throw new Refusal(StatusCodes.Status411LengthRequired, ProblemTypes.LengthRequired, "Length required",
                "This upload must state its length. Send a Content-Length header instead of a chunked body.");
        }
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals(limit.MediaType, StringComparison.OrdinalIgnoreCase))
        {
            throw new Refusal(StatusCodes.Status415UnsupportedMediaType, ProblemTypes.UnsupportedMediaType, "Unsupported media type",
                "The body has another content type than this route takes. Set the Content-Type header.", expected: limit.MediaType);
        }
        Bound(context, maximum);

        if (limit.Streamed)
        {
            await next(context);
            return;
        }
        using var lease = await budget.ReserveAsync(stated ?? maximum, context.RequestAborted);
        await next(context);
    }

    // Kestrel counts what arrives and stops at this, for bodies that state no length or lie about it.
    private static void Bound(HttpContext context, long maximum)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature) feature.MaxRequestBodySize = maximum;
    }
}
