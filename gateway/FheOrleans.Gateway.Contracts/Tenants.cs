using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>Body of <c>POST /v1/tenants</c>: the operator makes a co-operative.</summary>
/// <param name="Name">A name: <c>[a-z0-9][a-z0-9-]{0,39}</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TenantRequest(string Name);

/// <summary>Answer of <c>GET /v1/tenants</c>.</summary>
/// <param name="Tenants">Names of the node's co-operatives, in order.</param>
public sealed record TenantList(IReadOnlyList<string> Tenants);

/// <summary>A co-operative, as its operator and its administrators see it.</summary>
/// <param name="Name">The tenant's name.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Members">Names of the members who have joined, in order.</param>
/// <param name="Invited">Names of those who are invited and have not joined, in order.</param>
/// <param name="Quotas">What it may use, as it is in force.</param>
/// <param name="QuotasSet">What the operator set of that; null where the node's default is in force.</param>
/// <param name="Usage">What it uses, as storage says at this moment.</param>
public sealed record TenantDescription(
    string Name,
    DateTimeOffset Created,
    IReadOnlyList<string> Members,
    IReadOnlyList<string> Invited,
    TenantQuotas Quotas,
    TenantQuotas QuotasSet,
    TenantUsage Usage);

/// <summary>
/// What a co-operative may use. Body of <c>PUT /v1/tenants/{tenant}/quotas</c>, where null stands for the node's default; in answers none is
/// null.
/// </summary>
/// <param name="StoredBytes">Bytes stored: key sets, datasets, points, models, results, receipts.</param>
/// <param name="KeySets">Key sets of all its data owners together.</param>
/// <param name="Datasets">Datasets of all its data owners together.</param>
/// <param name="QueuedInferences">Inferences that wait for their turn; more are refused.</param>
/// <param name="RunningInferences">Inferences evaluated at one time, at least 1; more wait.</param>
/// <param name="RequestsPerMinute">Requests of all its members together, at least 1.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TenantQuotas(
    long? StoredBytes = null,
    int? KeySets = null,
    int? Datasets = null,
    int? QueuedInferences = null,
    int? RunningInferences = null,
    int? RequestsPerMinute = null);

/// <summary>What a co-operative uses.</summary>
/// <param name="StoredBytes">Bytes stored.</param>
/// <param name="KeySets">Key sets declared.</param>
/// <param name="Datasets">Datasets declared.</param>
/// <param name="QueuedInferences">Inferences that wait for their turn.</param>
/// <param name="RunningInferences">Inferences that are evaluated.</param>
public sealed record TenantUsage(long StoredBytes, int KeySets, int Datasets, int QueuedInferences, int RunningInferences);

/// <summary>Body of <c>POST /v1/tenants/{tenant}/invitations</c>.</summary>
/// <param name="Owner">The name the invited member will have in the tenant: <c>[a-z0-9][a-z0-9-]{0,39}</c>.</param>
/// <param name="ValidMinutes">How long the code can be redeemed, 1 to 43,200 (30 days).</param>
/// <param name="Roles">What the member may be; null for an owner who may publish. Not for a member who has joined already.</param>
/// <param name="Again">
/// True for a code that gives a member who has joined already one more token, where it has lost its own; its roles stay.
/// </param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InvitationRequest(string Owner, int ValidMinutes = 1440, IReadOnlyList<MemberRole>? Roles = null, bool Again = false);

/// <summary>An invitation: whoever holds the code joins as the named member, once.</summary>
/// <param name="Code"><c>tenant.owner.secret</c>. The node keeps only its hash, so it is shown this one time.</param>
/// <param name="Expires">When it stops working.</param>
public sealed record Invitation(string Code, DateTimeOffset Expires);

/// <summary>Answer of <c>GET /v1/tenants/{tenant}/members</c>.</summary>
/// <param name="Members">The members, in the order of their names.</param>
public sealed record MemberList(IReadOnlyList<MemberDescription> Members);

/// <summary>A member of a co-operative.</summary>
/// <param name="Tenant">The co-operative.</param>
/// <param name="Name">The member's name in it.</param>
/// <param name="Roles">What the member may be.</param>
/// <param name="Joined">When it joined.</param>
/// <param name="Tokens">Its tokens that work, oldest first.</param>
public sealed record MemberDescription(
    string Tenant, string Name, IReadOnlyList<MemberRole> Roles, DateTimeOffset Joined, IReadOnlyList<TokenDescription> Tokens);

/// <summary>Body of <c>PUT /v1/tenants/{tenant}/members/{member}/roles</c>.</summary>
/// <param name="Roles">What the member may be, from its next request on; at least one.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record RolesRequest(IReadOnlyList<MemberRole> Roles);

/// <summary>A token as it is listed. Its text is with its holder only.</summary>
/// <param name="Id">Its id among its holder's tokens.</param>
/// <param name="Label">What it is for, in its holder's words.</param>
/// <param name="Issued">When it was issued.</param>
/// <param name="Expires">When it stops working; null for never.</param>
/// <param name="LastUsed">When it was last used, to the hour; null for never.</param>
public sealed record TokenDescription(string Id, string Label, DateTimeOffset Issued, DateTimeOffset? Expires, DateTimeOffset? LastUsed);

/// <summary>Answer of <c>GET /v1/me/tokens</c>.</summary>
/// <param name="Tokens">The caller's tokens that work, oldest first.</param>
/// <param name="Current">The id of the one the request came with.</param>
public sealed record TokenList(IReadOnlyList<TokenDescription> Tokens, string Current);

/// <summary>Body of <c>POST /v1/me/tokens</c>.</summary>
/// <param name="Label">What the token is for, at most 80 characters; visible to the tenant's administrators.</param>
/// <param name="ValidDays">How long it works, 1 to 3,650 days; null for as long as the node lets a member's token work, and for ever for the operator's.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TokenRequest(string Label = "", int? ValidDays = null);

/// <summary>A token that was issued.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Token">The bearer token. The node keeps only its hash, so it is shown this one time.</param>
/// <param name="Expires">When it stops working; null for never.</param>
public sealed record IssuedToken(string Id, string Token, DateTimeOffset? Expires);
