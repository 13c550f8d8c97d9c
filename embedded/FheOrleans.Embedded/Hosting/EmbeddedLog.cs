using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace FheOrleans.Embedded;

/// <summary>What the embedded host logs. Event ids 1 to 99.</summary>
internal static partial class EmbeddedLog
{
    [LoggerMessage(1, LogLevel.Error, "Timer of {Grain} failed")]
    internal static partial void TimerFailed(this ILogger log, GrainId grain, Exception failure);

    [LoggerMessage(2, LogLevel.Error, "Deactivation of {Grain} failed")]
    internal static partial void DeactivationFailed(this ILogger log, GrainId grain, Exception failure);

    [LoggerMessage(3, LogLevel.Warning, "Not every grain was deactivated in the time the host allows: {Count} left")]
    internal static partial void StopTimedOut(this ILogger log, int count);
}
