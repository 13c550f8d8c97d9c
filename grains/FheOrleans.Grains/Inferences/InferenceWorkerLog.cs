using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Inferences;

/// <summary>Event ids 170 to 179.</summary>
internal static partial class InferenceWorkerLog
{
    [LoggerMessage(170, LogLevel.Information, "Part {Part} of {Inference} given up")]
    internal static partial void PartGivenUp(this ILogger<InferenceWorkerGrain> log, string inference, int part);

    [LoggerMessage(171, LogLevel.Warning, "The outcome of part {Part} of {Inference} could not be reported")]
    internal static partial void OutcomeNotReported(this ILogger<InferenceWorkerGrain> log, string inference, int part, Exception failure);

    [LoggerMessage(172, LogLevel.Error, "Part {Part} of {Inference} could not be evaluated")]
    internal static partial void EvaluationFailed(this ILogger<PartEvaluator> log, string inference, int part, Exception failure);
}
