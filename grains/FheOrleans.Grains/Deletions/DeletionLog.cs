using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Deletions;

/// <summary>Event ids 191 to 199 of the ledger's range.</summary>
internal static partial class DeletionLog
{
    [LoggerMessage(191, LogLevel.Information, "{Tenant}/{Owner}: {Kind} {Id} deleted")]
    internal static partial void Deleted(this ILogger<DeletionGrain> log, string tenant, string owner, string kind, string id);
}
