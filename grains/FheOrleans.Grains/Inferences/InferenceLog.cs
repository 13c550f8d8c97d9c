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
}
