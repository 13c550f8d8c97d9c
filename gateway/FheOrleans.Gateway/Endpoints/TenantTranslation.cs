using System.Collections.Immutable;
using FheOrleans.Grains;
using Wire = FheOrleans.Gateway.Contracts;

namespace FheOrleans.Gateway.Endpoints;

/// <content>Co-operatives, members, tokens.</content>
internal static partial class Translation
{
    public static Wire.TenantDescription ToWire(this TenantDescription tenant, QuotasDescription quotas, StoredUsage stored, TenantWork work) => new(
        tenant.Tenant,
        tenant.CreatedAt,
        tenant.Members,
        tenant.Invited,
        quotas.InForce.ToWire(),
        quotas.Set.ToWire(),
        new(stored.Bytes, stored.KeySets, stored.Datasets, work.Queued, work.Running));

    private static Wire.TenantQuotas ToWire(this TenantQuotas quotas) =>
        new(quotas.StoredBytes, quotas.KeySets, quotas.Datasets, quotas.QueuedInferences, quotas.RunningInferences, quotas.RequestsPerMinute);

    public static TenantQuotas ToGrain(this Wire.TenantQuotas quotas) => new()
    {
        StoredBytes = quotas.StoredBytes,
        KeySets = quotas.KeySets,
        Datasets = quotas.Datasets,
        QueuedInferences = quotas.QueuedInferences,
        RunningInferences = quotas.RunningInferences,
        RequestsPerMinute = quotas.RequestsPerMinute,
    };

    public static Wire.MemberDescription ToWire(this MemberDescription member) => new(
        member.Tenant, member.Name, [.. member.Roles.Select(ToWire)], member.JoinedAt, [.. member.Tokens.Select(ToWire)]);

    public static Wire.TokenDescription ToWire(this TokenDescription token) =>
        new(token.Id, token.Label, token.IssuedAt, token.Expires, token.LastUsedAt);

    public static ImmutableArray<MemberRole> ToGrain(this IEnumerable<Wire.MemberRole> roles) => [.. roles.Select(role => role switch
    {
        Wire.MemberRole.Administrator => MemberRole.Administrator,
        Wire.MemberRole.Owner => MemberRole.Owner,
        Wire.MemberRole.Publisher => MemberRole.Publisher,
        _ => throw Unknown(role),
    })];

    public static Wire.MemberRole ToWire(this MemberRole role) => role switch
    {
        MemberRole.Administrator => Wire.MemberRole.Administrator,
        MemberRole.Owner => Wire.MemberRole.Owner,
        MemberRole.Publisher => Wire.MemberRole.Publisher,
        _ => throw Unknown(role),
    };
}
