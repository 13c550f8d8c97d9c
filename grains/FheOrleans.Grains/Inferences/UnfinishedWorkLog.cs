using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Inferences;

/// <summary>Event ids 180 to 189.</summary>
internal static partial class UnfinishedWorkLog
{
    [LoggerMessage(180, LogLevel.Error, "Inference {Inference} could not be resumed")]
    internal static partial void InferenceNotResumed(this ILogger<UnfinishedWorkGrain> log, string inference, Exception failure);
}
