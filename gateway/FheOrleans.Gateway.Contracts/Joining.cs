using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>Body of <c>POST /v1/join</c>, which needs no token.</summary>
/// <param name="Code">The invitation's code.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record JoinRequest(string Code);

/// <summary>A member that has joined.</summary>
/// <param name="Tenant">The co-operative.</param>
/// <param name="Owner">The member's name in it.</param>
/// <param name="Token">The bearer token, <c>fo.tenant.owner.secret</c>. The node keeps only its hash, so it is shown this one time.</param>
/// <param name="Roles">What the member may be.</param>
/// <param name="Expires">When the token stops working; null for never.</param>
public sealed record JoinedOwner(string Tenant, string Owner, string Token, IReadOnlyList<MemberRole> Roles, DateTimeOffset? Expires);

/// <summary>Answer of <c>GET /v1/me</c>: who the token belongs to and what they have on the node.</summary>
/// <param name="Tenant">The co-operative.</param>
/// <param name="Owner">The member's name.</param>
/// <param name="Roles">What the member may be.</param>
/// <param name="KeySets">Ids of key sets.</param>
/// <param name="Datasets">Ids of datasets.</param>
/// <param name="Models">Names of published models.</param>
/// <param name="Inferences">Ids of inferences.</param>
/// <param name="LastSequence">The number of the newest prediction event; 0 when there is none yet.</param>
public sealed record OwnerDescription(
    string Tenant,
    string Owner,
    IReadOnlyList<MemberRole> Roles,
    IReadOnlyList<string> KeySets,
    IReadOnlyList<string> Datasets,
    IReadOnlyList<string> Models,
    IReadOnlyList<string> Inferences,
    long LastSequence);
