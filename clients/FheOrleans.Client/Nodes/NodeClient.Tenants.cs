using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

public sealed partial class NodeClient
{
    /// <summary>Makes a co-operative; the operator may.</summary>
    /// <param name="tenant">Its name: <c>[a-z0-9][a-z0-9-]{0,39}</c>.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<TenantDescription> CreateTenantAsync(string tenant, CancellationToken cancellation = default) =>
        _transport.SendAsync<TenantDescription>(HttpMethod.Post, Routes.Tenants, Json(new TenantRequest(tenant)), cancellation);

    /// <summary>Lists the node's co-operatives; the operator may.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<TenantList> GetTenantsAsync(CancellationToken cancellation = default) =>
        _transport.SendAsync<TenantList>(HttpMethod.Get, Routes.Tenants, null, cancellation);

    /// <summary>Describes a co-operative; the operator and its administrators may.</summary>
    /// <param name="tenant">The co-operative.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<TenantDescription> GetTenantAsync(string tenant, CancellationToken cancellation = default) =>
        _transport.SendAsync<TenantDescription>(HttpMethod.Get, Routes.TenantOf(tenant), null, cancellation);

    /// <summary>Sets what a co-operative may use; the operator may.</summary>
    /// <param name="tenant">The co-operative.</param>
    /// <param name="quotas">The quotas; null in it for the node's default.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The co-operative with the quotas in force.</returns>
    public Task<TenantDescription> SetQuotasAsync(string tenant, TenantQuotas quotas, CancellationToken cancellation = default) =>
        _transport.SendAsync<TenantDescription>(HttpMethod.Put, Routes.QuotasOf(tenant), Json(quotas), cancellation);

    /// <summary>Invites an owner who may publish; the operator and the tenant's administrators may.</summary>
    /// <param name="tenant">The co-operative.</param>
    /// <param name="owner">The name the owner will have in it.</param>
    /// <param name="validMinutes">How long the code works.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The code, shown this one time.</returns>
    public async Task<string> InviteAsync(string tenant, string owner, int validMinutes = 1440, CancellationToken cancellation = default) =>
        (await InviteAsync(tenant, new InvitationRequest(owner, validMinutes), cancellation).ConfigureAwait(false)).Code;

    /// <summary>Invites a member, or gives one a code for another token; the operator and the tenant's administrators may.</summary>
    /// <param name="tenant">The co-operative.</param>
    /// <param name="request">Who, as what, and for how long.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The invitation with its code, shown this one time.</returns>
    public Task<Invitation> InviteAsync(string tenant, InvitationRequest request, CancellationToken cancellation = default) =>
        _transport.SendAsync<Invitation>(HttpMethod.Post, Routes.InvitationsOf(tenant), Json(request), cancellation);

    /// <summary>Lists a co-operative's members; the operator and its administrators may.</summary>
    /// <param name="tenant">The co-operative.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<MemberList> GetMembersAsync(string tenant, CancellationToken cancellation = default) =>
        _transport.SendAsync<MemberList>(HttpMethod.Get, Routes.MembersOf(tenant), null, cancellation);

    /// <summary>Describes a member and its tokens; the operator and the tenant's administrators may.</summary>
    /// <param name="tenant">The co-operative.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<MemberDescription> GetMemberAsync(string tenant, string member, CancellationToken cancellation = default) =>
        _transport.SendAsync<MemberDescription>(HttpMethod.Get, Routes.MemberOf(tenant, member), null, cancellation);

    /// <summary>Sets what a member may be; the operator and the tenant's administrators may.</summary>
    /// <param name="tenant">The co-operative.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="roles">The roles, at least one.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<MemberDescription> SetRolesAsync(
        string tenant, string member, IReadOnlyList<MemberRole> roles, CancellationToken cancellation = default) =>
        _transport.SendAsync<MemberDescription>(HttpMethod.Put, Routes.MemberRolesOf(tenant, member), Json(new RolesRequest(roles)), cancellation);

    /// <summary>Revokes a member's tokens; the operator and the tenant's administrators may.</summary>
    /// <param name="tenant">The co-operative.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="token">The token's id; null for all of them.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task RevokeTokenAsync(string tenant, string member, string? token, CancellationToken cancellation = default) =>
        DeleteAsync(Routes.MemberTokenOf(tenant, member, token), cancellation);

    /// <summary>Lists the caller's own tokens.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<TokenList> GetMyTokensAsync(CancellationToken cancellation = default) =>
        _transport.SendAsync<TokenList>(HttpMethod.Get, Routes.MyTokens, null, cancellation);

    /// <summary>Issues the caller one more token. The others keep working until they are revoked.</summary>
    /// <param name="request">What it is for and how long it works.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The token, shown this one time.</returns>
    public Task<IssuedToken> IssueTokenAsync(TokenRequest request, CancellationToken cancellation = default) =>
        _transport.SendAsync<IssuedToken>(HttpMethod.Post, Routes.MyTokens, Json(request), cancellation, isRepeatable: false);

    /// <summary>Revokes one of the caller's own tokens.</summary>
    /// <param name="token">The token's id.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task RevokeMyTokenAsync(string token, CancellationToken cancellation = default) => DeleteAsync(Routes.MyTokenOf(token), cancellation);
}
