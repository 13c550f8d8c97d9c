using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Tenants;

/// <summary>Event ids 120 to 129.</summary>
internal static partial class TenantLog
{
    [LoggerMessage(120, LogLevel.Information, "Tenant {Tenant} created")]
    internal static partial void TenantCreated(this ILogger<TenantGrain> log, string tenant);

    [LoggerMessage(121, LogLevel.Information, "Member {Tenant}/{Member} joined as {Roles}")]
    internal static partial void MemberJoined(this ILogger<TenantGrain> log, string tenant, string member, string roles);

    [LoggerMessage(122, LogLevel.Information, "Member {Tenant}/{Member} removed")]
    internal static partial void MemberRemoved(this ILogger<TenantGrain> log, string tenant, string member);

    [LoggerMessage(123, LogLevel.Information, "Member {Tenant}/{Member} is {Roles} now")]
    internal static partial void RolesSet(this ILogger<MemberGrain> log, string tenant, string member, string roles);

    [LoggerMessage(124, LogLevel.Information, "Token {Token} issued to {Tenant}/{Member}")]
    internal static partial void TokenIssued(this ILogger<MemberGrain> log, string tenant, string member, string token);

    [LoggerMessage(125, LogLevel.Information, "Token {Token} of {Tenant}/{Member} revoked")]
    internal static partial void TokenRevoked(this ILogger<MemberGrain> log, string tenant, string member, string token);

    [LoggerMessage(126, LogLevel.Information, "Quotas of tenant {Tenant} set")]
    internal static partial void QuotasSet(this ILogger<TenantQuotaGrain> log, string tenant);

    [LoggerMessage(127, LogLevel.Warning, "Tenant {Tenant} is at its quota of {Quota}: {Found} of {Limit}")]
    internal static partial void OverQuota(this ILogger<TenantQuotaGrain> log, string tenant, string quota, long found, long limit);

    [LoggerMessage(128, LogLevel.Warning, "All {Revoked} tokens of the operator were replaced by a new one, by who holds the machine or the cluster's secrets")]
    internal static partial void OperatorTokensReplaced(this ILogger<OperatorGrain> log, int revoked);
}
