using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains;

/// <summary>Event ids 100 to 104.</summary>
internal static partial class UnfinishedWorkStarterLog
{
    [LoggerMessage(100, LogLevel.Information, "Resuming {Count} unfinished inferences, subscriptions and deletions")]
    internal static partial void WorkResumed(this ILogger<UnfinishedWorkStarter> log, int count);

    [LoggerMessage(101, LogLevel.Error, "Unfinished work could not be resumed")]
    internal static partial void ResumingFailed(this ILogger<UnfinishedWorkStarter> log, Exception failure);
}
