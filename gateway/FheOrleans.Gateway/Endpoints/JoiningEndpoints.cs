using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Limiting;
using FheOrleans.Gateway.Problems;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>What is open to everybody: whether the node is there, and joining with an invitation.</summary>
internal sealed class JoiningEndpoints(GatewayOptions options, SignInLimits signIns, TimeProvider time, ILogger<JoiningEndpoints> log)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Routes.Join, JoinAsync).AllowAnonymous().TakesJson(options).WithSummary("Redeem an invitation, once, for a token.");
    }

    private async Task<JoinedOwner> JoinAsync(JoinRequest request, HttpContext context, GrainCalls grains)
    {
        if (!BearerToken.TryReadInvitation(request.Code, out var tenant, out var name) || !Name.IsValid(tenant) || !Name.IsValid(name))
            throw Refusal.Invalid("This is not an invitation's code. Copy it whole.", "another text", "tenant.name.secret");
        var code = BearerToken.Hash(request.Code);
        signIns.LetTry(context, code);
        var token = BearerToken.ForMember(tenant, name);
        var kept = new NewToken { Hash = BearerToken.Hash(token), Expires = time.GetUtcNow() + options.TokenLifetime, Label = "joined" };
        try
        {
            var member = (await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).RedeemAsync(name, code, kept)).ToWire();
            log.Joined(tenant, name);
            return new JoinedOwner(tenant, name, token, member.Roles, kept.Expires);
        }
        catch (AccessRefusedException)
        {
            await signIns.FailedAsync(context, code);
            throw;
        }
    }
}
