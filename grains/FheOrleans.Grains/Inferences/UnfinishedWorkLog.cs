using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Inferences;

/// <summary>Event ids 180 to 189.</summary>
internal static partial class UnfinishedWorkLog
{
    [LoggerMessage(180, LogLevel.Error, "{Kind} {Key} could not be resumed")]
    internal static partial void WorkNotResumed(this ILogger<UnfinishedWorkGrain> log, string kind, string key, Exception failure);
}
