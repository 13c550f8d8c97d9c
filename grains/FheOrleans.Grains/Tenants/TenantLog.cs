using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Tenants;

/// <summary>Event ids 120 to 129.</summary>
internal static partial class TenantLog
{
    [LoggerMessage(120, LogLevel.Information, "Tenant {Tenant} created")]
    internal static partial void TenantCreated(this ILogger<TenantGrain> log, string tenant);

    [LoggerMessage(121, LogLevel.Information, "Data owner {Tenant}/{Owner} joined")]
    internal static partial void OwnerJoined(this ILogger<TenantGrain> log, string tenant, string owner);
}
