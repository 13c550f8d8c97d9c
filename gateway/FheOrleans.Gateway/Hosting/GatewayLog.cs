using Microsoft.Extensions.Logging;

namespace FheOrleans.Gateway;

/// <summary>What the gateway logs. Event ids 3000 to 3099; an id keeps its meaning for ever.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(3000, LogLevel.Error, "{Method} {Endpoint} failed, trace id {TraceId}")]
    public static partial void RequestFailed(this ILogger log, string method, string? endpoint, string traceId, Exception fault);

    [LoggerMessage(3001, LogLevel.Error, "Sending predictions of {Tenant}/{Owner} failed; the connection is closed and its client will ask again")]
    public static partial void ListenerFailed(this ILogger log, string tenant, string owner, Exception fault);

    [LoggerMessage(3002, LogLevel.Information, "{Tenant}/{Owner} listens after event {After}")]
    public static partial void Listening(this ILogger log, string tenant, string owner, long after);

    [LoggerMessage(3003, LogLevel.Information, "{Tenant}/{Owner} joined")]
    public static partial void Joined(this ILogger log, string tenant, string owner);

    [LoggerMessage(3004, LogLevel.Information, "{Tenant}/{Owner} is not listened for any more: its token does not work now")]
    public static partial void ListenerLetGo(this ILogger log, string tenant, string owner);
}
