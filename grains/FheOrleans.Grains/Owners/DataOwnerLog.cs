using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Owners;

/// <summary>Event ids 130 to 139.</summary>
internal static partial class DataOwnerLog
{
    [LoggerMessage(130, LogLevel.Information, "Observer of {Tenant}/{Owner} dropped: {Reason}")]
    internal static partial void ObserverDropped(this ILogger<DataOwnerGrain> log, string tenant, string owner, string reason);
}
