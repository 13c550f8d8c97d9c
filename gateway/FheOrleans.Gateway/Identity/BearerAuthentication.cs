using System.Text.Encodings.Web;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Limiting;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FheOrleans.Gateway.Identity;

/// <summary>
/// Knows a caller by its bearer token. The token says whose it is; the member's grain compares its hash, in constant time. Nothing is
/// remembered here, so a token that is taken back stops working with the next request.
/// </summary>
internal sealed class BearerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, GrainCalls grains,
    RequestLimits requests, SignInLimits signIns)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Bearer";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0) return AuthenticateResult.NoResult();
        if (header.Count > 1 || header[0] is not { } text || !text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)) return Unknown();
        var token = text[Prefix.Length..].Trim();

        var hash = BearerToken.Hash(token);
        signIns.LetTry(Context, hash);
        if (await FindAsync(token, hash) is not { } caller)
        {
            await signIns.FailedAsync(Context, hash);
            return Unknown();
        }
        signIns.Succeeded(Context, hash);
        if (!caller.IsOperator) Context.Features.Set(await requests.LetInAsync(caller.Tenant));
        return Known(caller);
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = SchemeName;
        return base.HandleChallengeAsync(properties);
    }

    private async Task<Caller?> FindAsync(string token, byte[] hash)
    {
        if (BearerToken.IsOperator(token))
        {
            return await grains.GetGrain<IOperatorGrain>(GrainKeys.Operator).AuthenticateAsync(hash) is { } id
                ? new Caller("", "operator", [Role.Operator]) { Token = id }
                : null;
        }
        // Checked before a grain is named: a malformed token activates nothing.
        if (!BearerToken.TryReadMember(token, out var tenant, out var name) || !Name.IsValid(tenant) || !Name.IsValid(name)) return null;
        return await grains.GetGrain<IMemberGrain>(GrainKeys.Member(tenant, name)).AuthenticateAsync(hash) is { } access
            ? new Caller(tenant, name, [.. access.Roles.Select(RoleOf)]) { Token = access.Token }
            : null;
    }

    private static Role RoleOf(MemberRole role) => role switch
    {
        MemberRole.Administrator => Role.Administrator,
        MemberRole.Owner => Role.Owner,
        MemberRole.Publisher => Role.Publisher,
        _ => throw new InvalidOperationException($"{nameof(MemberRole)} {role} has no counterpart. Add it to {nameof(Role)}."),
    };

    private AuthenticateResult Known(Caller caller) =>
        AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Scheme.Name), Scheme.Name));

    private static AuthenticateResult Unknown() => AuthenticateResult.Fail("The token is not one this node knows.");
}
