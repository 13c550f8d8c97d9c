using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Inferences;

/// <summary>Event ids 160 to 169.</summary>
internal static partial class InferenceLog
{
    [LoggerMessage(160, LogLevel.Information, "Inference {Tenant}/{Owner}/{Inference} accepted with {Parts} parts")]
    internal static partial void InferenceAccepted(this ILogger<InferenceGrain> log, string tenant, string owner, string inference, int parts);

    [LoggerMessage(161, LogLevel.Information, "Inference {Tenant}/{Owner}/{Inference}: {State}")]
    internal static partial void InferenceEnded(this ILogger<InferenceGrain> log, string tenant, string owner, string inference, InferenceState state);

    [LoggerMessage(162, LogLevel.Warning, "Inference {Tenant}/{Owner}/{Inference}: part {Part} failed {Failures} times and will be repeated")]
    internal static partial void PartWillBeRepeated(this ILogger<InferenceGrain> log, string tenant, string owner, string inference, int part, int failures);

    [LoggerMessage(163, LogLevel.Information, "Inference {Tenant}/{Owner}/{Inference} deleted with its results")]
    internal static partial void InferenceDeleted(this ILogger<InferenceGrain> log, string tenant, string owner, string inference);

    [LoggerMessage(164, LogLevel.Warning, "Part {Part} of {Inference} was not taken ({Reason}); it is given out again with the next check of the work")]
    internal static partial void PartNotTaken(this ILogger<InferenceGrain> log, string inference, int part, string reason);

    [LoggerMessage(165, LogLevel.Information, "Part {Part} of {Inference} could not be taken back ({Reason})")]
    internal static partial void PartNotTakenBack(this ILogger<InferenceGrain> log, string inference, int part, string reason);

    [LoggerMessage(166, LogLevel.Warning, "Inference {Tenant}/{Owner}/{Inference}: part {Part} met an outage and will be repeated")]
    internal static partial void PartMetOutage(this ILogger<InferenceGrain> log, string tenant, string owner, string inference, int part);

    [LoggerMessage(167, LogLevel.Warning, "Inference {Tenant}/{Owner}/{Inference} could not go on; the next check of the work asks it again")]
    internal static partial void NotResumed(this ILogger<InferenceGrain> log, string tenant, string owner, string inference, Exception failure);
}
