using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Problems;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Orleans;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>How co-operatives and data owners come to be: the operator makes and invites, the invited join.</summary>
internal sealed class JoiningEndpoints(GatewayOptions options, TimeProvider time, ILogger<JoiningEndpoints> log)
{
    private const int LongestValidMinutes = 30 * 24 * 60;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Routes.Join, JoinAsync).AllowAnonymous().TakesJson(options).WithSummary("Redeem an invitation, once, for a token.");
        routes.MapPost(Routes.Tenants, CreateTenantAsync).RequireRoles(Role.Operator).TakesJson(options).WithSummary("Make a co-operative.");
        routes.MapPost(Routes.Invitations, InviteAsync).RequireRoles(Role.Operator).TakesJson(options).WithSummary("Invite a data owner.");
    }

    private async Task<JoinedOwner> JoinAsync(JoinRequest request, IGrainFactory grains)
    {
        if (!BearerToken.TryReadInvitation(request.Code, out var tenant, out var owner) || !Name.IsValid(tenant) || !Name.IsValid(owner))
            throw Refusal.Invalid("This is not an invitation's code. Copy it whole.", "another text", "tenant.owner.secret");
        var token = BearerToken.ForOwner(tenant, owner);
        await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).RedeemAsync(owner, BearerToken.Hash(request.Code), BearerToken.Hash(token));
        log.Joined(tenant, owner);
        return new JoinedOwner(tenant, owner, token);
    }

    private static async Task<Contracts.TenantDescription> CreateTenantAsync(TenantRequest request, IGrainFactory grains) =>
        (await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(request.Name)).CreateAsync()).ToWire();

    private async Task<Invitation> InviteAsync(string tenant, InvitationRequest request, IGrainFactory grains)
    {
        if (request.ValidMinutes is < 1 or > LongestValidMinutes)
            throw Refusal.Invalid("An invitation is valid for a while.", $"{request.ValidMinutes} minutes", $"1 to {LongestValidMinutes} minutes");
        var grain = grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant));
        var owner = Name.Check(request.Owner, "owner");
        var code = BearerToken.InvitationCode(tenant, owner);
        var expires = time.GetUtcNow().AddMinutes(request.ValidMinutes);
        await grain.InviteAsync(owner, BearerToken.Hash(code), expires);
        return new Invitation(code, expires);
    }
}
