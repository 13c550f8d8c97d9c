using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>Body of <c>POST /v1/tenants</c>: the operator makes a co-operative.</summary>
/// <param name="Name">A name: <c>[a-z0-9][a-z0-9-]{0,39}</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record TenantRequest(string Name);

/// <summary>A co-operative, as its operator sees it.</summary>
/// <param name="Name">The tenant's name.</param>
/// <param name="Owners">Names of the data owners that have joined, in order.</param>
public sealed record TenantDescription(string Name, IReadOnlyList<string> Owners);

/// <summary>Body of <c>POST /v1/tenants/{tenant}/invitations</c>.</summary>
/// <param name="Owner">The name the invited data owner will have in the tenant: <c>[a-z0-9][a-z0-9-]{0,39}</c>.</param>
/// <param name="ValidMinutes">How long the code can be redeemed, 1 to 43,200 (30 days).</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InvitationRequest(string Owner, int ValidMinutes = 1440);

/// <summary>An invitation: whoever holds the code joins as the named owner, once.</summary>
/// <param name="Code"><c>tenant.owner.secret</c>. The node keeps only its hash, so it is shown this one time.</param>
/// <param name="Expires">When it stops working.</param>
public sealed record Invitation(string Code, DateTimeOffset Expires);

/// <summary>Body of <c>POST /v1/join</c>, which needs no token.</summary>
/// <param name="Code">The invitation's code.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JoinRequest(string Code);

/// <summary>A data owner that has joined.</summary>
/// <param name="Tenant">The co-operative.</param>
/// <param name="Owner">The data owner's name in it.</param>
/// <param name="Token">The bearer token, <c>fo.tenant.owner.secret</c>. The node keeps only its hash, so it is shown this one time.</param>
public sealed record JoinedOwner(string Tenant, string Owner, string Token);

/// <summary>Answer of <c>GET /v1/me</c>: who the token belongs to and what they have on the node.</summary>
/// <param name="Tenant">The co-operative.</param>
/// <param name="Owner">The data owner's name.</param>
/// <param name="KeySets">Ids of key sets.</param>
/// <param name="Datasets">Ids of datasets.</param>
/// <param name="Models">Names of published models.</param>
/// <param name="Inferences">Ids of inferences.</param>
/// <param name="LastSequence">The number of the newest prediction event; 0 when there is none yet.</param>
public sealed record OwnerDescription(
    string Tenant,
    string Owner,
    IReadOnlyList<string> KeySets,
    IReadOnlyList<string> Datasets,
    IReadOnlyList<string> Models,
    IReadOnlyList<string> Inferences,
    long LastSequence);
