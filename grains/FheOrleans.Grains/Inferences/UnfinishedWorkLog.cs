using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Inferences;

/// <summary>Event ids 180 to 189.</summary>
internal static partial class UnfinishedWorkLog
{
    [LoggerMessage(180, LogLevel.Error, "{Kind} {Key} could not be resumed; it is asked again with the next check of the work")]
    internal static partial void WorkNotResumed(this ILogger<UnfinishedWorkGrain> log, string kind, string key, Exception failure);

    [LoggerMessage(181, LogLevel.Warning, "The quota of {Tenant} could not be read ({Reason}): nothing of it that waits begins before the next check of the work")]
    internal static partial void QuotaNotRead(this ILogger<UnfinishedWorkGrain> log, string tenant, string reason);
}
