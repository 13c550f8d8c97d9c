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

    [LoggerMessage(3005, LogLevel.Information, "A call is repeated: something behind the gateway is away ({Reason})")]
    public static partial void CallRepeated(this ILogger log, string reason);

    [LoggerMessage(3006, LogLevel.Warning, "The cluster does not answer ({Reason}); this gateway is not ready if that goes on")]
    public static partial void ClusterAway(this ILogger log, string reason);

    [LoggerMessage(3007, LogLevel.Information, "The cluster answers again")]
    public static partial void ClusterBack(this ILogger log);

    [LoggerMessage(3008, LogLevel.Information, "The operator drains all gateways: no new work is taken")]
    public static partial void Draining(this ILogger log);

    [LoggerMessage(3009, LogLevel.Information, "New work is taken again")]
    public static partial void DrainEnded(this ILogger log);

    [LoggerMessage(3010, LogLevel.Information, "{Tenant}/{Owner} hears nothing for a moment ({Reason}); the listener tries again")]
    public static partial void ListenerWaits(this ILogger log, string tenant, string owner, string reason);
}
