using System.Text.Encodings.Web;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Orleans;

namespace FheOrleans.Gateway.Identity;

/// <summary>
/// Knows a caller by its bearer token. The token says whose it is; the owner's grain compares its hash, in constant time. Nothing is
/// remembered here, so a token that is taken back stops working with the next request.
/// </summary>
internal sealed class BearerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IGrainFactory grains)
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

        if (BearerToken.IsOperator(token))
        {
            var operators = grains.GetGrain<IOperatorGrain>(GrainKeys.Operator);
            return await operators.AuthenticateAsync(BearerToken.Hash(token)) ? Known(new Caller("", "operator", [Role.Operator])) : Unknown();
        }
        // Checked before a grain is named: a malformed token activates nothing.
        if (!BearerToken.TryReadOwner(token, out var tenant, out var owner) || !Name.IsValid(tenant) || !Name.IsValid(owner)) return Unknown();
        var grain = grains.GetGrain<IDataOwnerGrain>(GrainKeys.DataOwner(tenant, owner));
        return await grain.AuthenticateAsync(BearerToken.Hash(token))
            ? Known(new Caller(tenant, owner, [Role.Owner, Role.Publisher]))
            : Unknown();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers[HeaderNames.WWWAuthenticate] = SchemeName;
        return base.HandleChallengeAsync(properties);
    }

    private AuthenticateResult Known(Caller caller) =>
        AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Scheme.Name), Scheme.Name));

    private static AuthenticateResult Unknown() => AuthenticateResult.Fail("The token is not one this node knows.");
}
