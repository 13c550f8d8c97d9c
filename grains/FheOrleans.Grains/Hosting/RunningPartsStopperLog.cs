using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains;

/// <summary>Event ids 105 to 109.</summary>
internal static partial class RunningPartsStopperLog
{
    [LoggerMessage(105, LogLevel.Information, "Stopping: {Count} parts may finish within {Patience}; the others go on at the next start")]
    internal static partial void FinishingParts(this ILogger<RunningPartsStopper> log, int count, TimeSpan patience);

    [LoggerMessage(106, LogLevel.Warning, "{Count} parts were not finished in time; they go on at the next start")]
    internal static partial void PartsLeft(this ILogger<RunningPartsStopper> log, int count);
}
