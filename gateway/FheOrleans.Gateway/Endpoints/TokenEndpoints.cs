using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Description;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Problems;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>
/// A caller's own tokens. To rotate one: issue another, keep it safe, then revoke the old one. In between both work, so that a crash at
/// any point locks nobody out.
/// </summary>
internal sealed class TokenEndpoints(GatewayOptions options, TimeProvider time)
{
    private const int LongestValidDays = 3650;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.MyTokens, ListAsync).RequireRoles(Role.Operator, Role.Administrator, Role.Owner, Role.Publisher)
            .WithSummary("The caller's tokens.");
        routes.MapPost(Routes.MyTokens, IssueAsync).RequireRoles(Role.Operator, Role.Administrator, Role.Owner, Role.Publisher)
            .TakesJson(options).WithSummary("Issue the caller one more token.");
        routes.MapDelete(Routes.MyToken, RevokeAsync).RequireRoles(Role.Operator, Role.Administrator, Role.Owner, Role.Publisher).AnswersNothing()
            .WithSummary("Revoke one of the caller's tokens.");
    }

    private static async Task<TokenList> ListAsync(Caller caller, GrainCalls grains)
    {
        var tokens = caller.IsOperator ? await Operator(grains).DescribeTokensAsync() : (await caller.Member(grains).DescribeAsync()).Tokens;
        return new([.. tokens.Select(Translation.ToWire)], caller.Token);
    }

    private async Task<IssuedToken> IssueAsync(TokenRequest request, Caller caller, GrainCalls grains)
    {
        if (request.ValidDays is < 1 or > LongestValidDays)
            throw Refusal.Invalid("A token is valid for a while.", $"{request.ValidDays} days", $"1 to {LongestValidDays} days");
        var now = time.GetUtcNow();
        var said = request.ValidDays is { } days ? now.AddDays(days) : (DateTimeOffset?)null;
        // A member cannot give itself longer than the node gives those who join.
        var expires = caller.IsOperator ? said : Earlier(said, now + options.TokenLifetime);
        var text = caller.IsOperator ? BearerToken.ForOperator() : BearerToken.ForMember(caller.Tenant, caller.Name);
        var token = new NewToken { Hash = BearerToken.Hash(text), Expires = expires, Label = request.Label };
        var issued = caller.IsOperator ? await Operator(grains).IssueTokenAsync(token) : await caller.Member(grains).IssueTokenAsync(token);
        return new(issued.Id, text, issued.Expires);
    }

    private static async Task<IResult> RevokeAsync(string token, Caller caller, GrainCalls grains)
    {
        await (caller.IsOperator ? Operator(grains).RevokeTokenAsync(token) : caller.Member(grains).RevokeTokenAsync(token));
        return TypedResults.NoContent();
    }

    private static DateTimeOffset Earlier(DateTimeOffset? said, DateTimeOffset most) => said < most ? said.Value : most;

    private static IOperatorGrain Operator(GrainCalls grains) => grains.GetGrain<IOperatorGrain>(GrainKeys.Operator);
}
