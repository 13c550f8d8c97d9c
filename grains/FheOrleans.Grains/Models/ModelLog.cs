using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Models;

/// <summary>Event ids 150 to 159.</summary>
internal static partial class ModelLog
{
    [LoggerMessage(150, LogLevel.Information, "Model {Tenant}/{Publisher}/{Model} has version {Version}")]
    internal static partial void VersionPublished(this ILogger<ModelGrain> log, string tenant, string publisher, string model, int version);
}
