using System.Collections.Immutable;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Description;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Limiting;
using FheOrleans.Gateway.Problems;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Co-operatives and their members: the operator makes co-operatives, each one's administrators run it.</summary>
internal sealed class TenantEndpoints(GatewayOptions options, RequestLimits limits, TimeProvider time)
{
    private const int LongestValidMinutes = 30 * 24 * 60;

    private static readonly ImmutableArray<Grains.MemberRole> RolesUnlessSaid = [Grains.MemberRole.Owner, Grains.MemberRole.Publisher];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Routes.Tenants, CreateAsync).RequireRoles(Role.Operator).TakesJson(options).WithSummary("Make a co-operative.");
        routes.MapGet(Routes.Tenants, ListAsync).RequireRoles(Role.Operator).WithSummary("The node's co-operatives.");
        routes.MapGet(Routes.Tenant, DescribeAsync).RequireRoles(Role.Operator, Role.Administrator).WithSummary("A co-operative.");
        routes.MapPut(Routes.Quotas, SetQuotasAsync).RequireRoles(Role.Operator).TakesJson(options).WithSummary("Set what a co-operative may use.");
        routes.MapPost(Routes.Invitations, InviteAsync).RequireRoles(Role.Operator, Role.Administrator).TakesJson(options).WithSummary("Invite a member.");
        routes.MapGet(Routes.Members, ListMembersAsync).RequireRoles(Role.Operator, Role.Administrator).WithSummary("A co-operative's members.");
        routes.MapGet(Routes.Member, DescribeMemberAsync).RequireRoles(Role.Operator, Role.Administrator).WithSummary("A member and its tokens.");
        routes.MapPut(Routes.MemberRoles, SetRolesAsync).RequireRoles(Role.Operator, Role.Administrator).TakesJson(options).WithSummary("Set what a member may be.");
        routes.MapDelete(Routes.MemberTokens, RevokeAllAsync).RequireRoles(Role.Operator, Role.Administrator).AnswersNothing().WithSummary("Revoke all of a member's tokens.");
        routes.MapDelete(Routes.MemberToken, RevokeAsync).RequireRoles(Role.Operator, Role.Administrator).AnswersNothing().WithSummary("Revoke a member's token.");
    }

    private static async Task<Contracts.TenantDescription> CreateAsync(TenantRequest request, GrainCalls grains) =>
        await WithUsageAsync(await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(request.Name)).CreateAsync(), grains);

    private static async Task<TenantList> ListAsync(GrainCalls grains) =>
        new(await grains.GetGrain<IOperatorGrain>(GrainKeys.Operator).ReadTenantsAsync());

    private static async Task<Contracts.TenantDescription> DescribeAsync(string tenant, Caller caller, GrainCalls grains) =>
        await WithUsageAsync(await Tenant(tenant, caller, grains).DescribeAsync(), grains);

    private async Task<Contracts.TenantDescription> SetQuotasAsync(string tenant, Contracts.TenantQuotas request, Caller caller, GrainCalls grains)
    {
        var described = await Tenant(tenant, caller, grains).DescribeAsync();
        await grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(tenant)).SetAsync(request.ToGrain());
        limits.Forget(tenant);
        // More may run now than before: what waits is told at once.
        await grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork).ResumeAllAsync();
        return await WithUsageAsync(described, grains);
    }

    private static async Task<Contracts.TenantDescription> WithUsageAsync(Grains.TenantDescription tenant, GrainCalls grains)
    {
        var quota = grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(tenant.Tenant));
        var work = grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork);
        return tenant.ToWire(await quota.ReadAsync(), await quota.MeasureAsync(), await work.ReadWorkAsync(tenant.Tenant));
    }

    private async Task<Contracts.Invitation> InviteAsync(string tenant, InvitationRequest request, Caller caller, GrainCalls grains)
    {
        if (request.ValidMinutes is < 1 or > LongestValidMinutes)
            throw Refusal.Invalid("An invitation is valid for a while.", $"{request.ValidMinutes} minutes", $"1 to {LongestValidMinutes} minutes");
        if (request.Again && request.Roles is not null)
            throw Refusal.Invalid("A code that gives a member another token changes no roles.", "again with roles", "again without roles");
        var grain = Tenant(tenant, caller, grains);
        var member = Name.Check(request.Owner, "member");
        var code = BearerToken.InvitationCode(tenant, member);
        var expires = time.GetUtcNow().AddMinutes(request.ValidMinutes);
        ImmutableArray<Grains.MemberRole> roles = request.Again ? [] : request.Roles is { } said ? said.ToGrain() : RolesUnlessSaid;
        if (!request.Again && roles.IsEmpty) throw Refusal.Invalid("A member is something.", "no role", "at least one role");
        await grain.InviteAsync(member, new() { CodeHash = BearerToken.Hash(code), Expires = expires, Roles = roles });
        return new(code, expires);
    }

    private static async Task<MemberList> ListMembersAsync(string tenant, Caller caller, GrainCalls grains)
    {
        var members = (await Tenant(tenant, caller, grains).DescribeAsync()).Members;
        var found = await Task.WhenAll(members.Select(member => FindAsync(Member(tenant, member, caller, grains))));
        return new([.. found.OfType<Grains.MemberDescription>().Select(member => member.ToWire())]);
    }

    // A member is removed before its name leaves the list: in between, or when that was cut off, the others are listed all the same.
    private static async Task<Grains.MemberDescription?> FindAsync(IMemberGrain member)
    {
        try
        {
            return await member.DescribeAsync();
        }
        catch (NotFoundException)
        {
            return null;
        }
    }

    private static async Task<Contracts.MemberDescription> DescribeMemberAsync(string tenant, string member, Caller caller, GrainCalls grains) =>
        (await Member(tenant, member, caller, grains).DescribeAsync()).ToWire();

    private static async Task<Contracts.MemberDescription> SetRolesAsync(
        string tenant, string member, RolesRequest request, Caller caller, GrainCalls grains) =>
        (await Member(tenant, member, caller, grains).SetRolesAsync(request.Roles.ToGrain())).ToWire();

    private static async Task<IResult> RevokeAllAsync(string tenant, string member, Caller caller, GrainCalls grains)
    {
        await Member(tenant, member, caller, grains).RevokeTokenAsync(null);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> RevokeAsync(string tenant, string member, string token, Caller caller, GrainCalls grains)
    {
        await Member(tenant, member, caller, grains).RevokeTokenAsync(token);
        return TypedResults.NoContent();
    }

    private static ITenantGrain Tenant(string tenant, Caller caller, GrainCalls grains) =>
        grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(caller.Running(tenant)));

    private static IMemberGrain Member(string tenant, string member, Caller caller, GrainCalls grains) =>
        grains.GetGrain<IMemberGrain>(GrainKeys.Member(caller.Running(tenant), member));
}
