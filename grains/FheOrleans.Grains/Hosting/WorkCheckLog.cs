using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains;

/// <summary>Event ids 100 to 104.</summary>
internal static partial class WorkCheckLog
{
    [LoggerMessage(100, LogLevel.Information, "{Count} unfinished inferences and subscriptions go on")]
    internal static partial void WorkResumed(this ILogger<WorkCheck> log, int count);

    [LoggerMessage(101, LogLevel.Warning, "It could not be asked that unfinished work goes on; asked again until it can")]
    internal static partial void CheckFailed(this ILogger<WorkCheck> log, Exception failure);

    [LoggerMessage(102, LogLevel.Information, "Unfinished work is looked after again, after {Failures} asks that failed")]
    internal static partial void CheckedAgain(this ILogger<WorkCheck> log, int failures);
}
