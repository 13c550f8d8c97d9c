using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.KeySets;

/// <summary>Event ids 110 to 119.</summary>
internal static partial class KeySetLog
{
    [LoggerMessage(110, LogLevel.Information, "Key set {Tenant}/{Owner}/{KeySet} declared")]
    internal static partial void KeySetDeclared(this ILogger<KeySetGrain> log, string tenant, string owner, string keySet);

    [LoggerMessage(111, LogLevel.Information, "Key set {Tenant}/{Owner}/{KeySet} has its {Kind}, {Bytes} bytes")]
    internal static partial void KeyObjectCommitted(this ILogger<KeySetGrain> log, string tenant, string owner, string keySet, KeyObject kind, long bytes);

    [LoggerMessage(112, LogLevel.Information, "Key set {Tenant}/{Owner}/{KeySet} deleted")]
    internal static partial void KeySetDeleted(this ILogger<KeySetGrain> log, string tenant, string owner, string keySet);
}
