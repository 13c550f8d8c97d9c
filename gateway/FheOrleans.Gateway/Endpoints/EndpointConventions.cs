using System.Collections.Immutable;
using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>How an endpoint says who may call it and what body it takes.</summary>
internal static class EndpointConventions
{
    private const string Json = "application/json";
    private const string Octets = "application/octet-stream";

    /// <summary>
    /// Says who may call: whoever has one of the roles. Every route says this, or <c>AllowAnonymous</c>; the isolation matrix in the
    /// tests has a row for each. That a tenant, a name or an id in the path is the caller's own is <see cref="Caller"/>'s to see to.
    /// </summary>
    public static TBuilder RequireRoles<TBuilder>(this TBuilder endpoint, params ImmutableArray<Role> roles)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new RequiredRoles(roles))
            .RequireAuthorization(policy => policy.RequireClaim(Claims.Role, roles.Select(role => role.ToString())));

    public static RouteHandlerBuilder TakesJson(this RouteHandlerBuilder endpoint, GatewayOptions options) =>
        endpoint.WithMetadata(new BodyLimit(options.MaximumJsonBytes, Streamed: false, LengthRequired: false, Json));

    public static RouteHandlerBuilder TakesNetwork(this RouteHandlerBuilder endpoint, GatewayOptions options) =>
        endpoint.WithMetadata(new BodyLimit(options.MaximumNetworkBytes, Streamed: false, LengthRequired: true, Json)).Accepts<object>(Json);

    public static RouteHandlerBuilder TakesChunk(this RouteHandlerBuilder endpoint, GatewayOptions options) =>
        endpoint.WithMetadata(new BodyLimit(options.MaximumChunkBytes, Streamed: false, LengthRequired: true, Octets)).Accepts<byte[]>(Octets);

    public static RouteHandlerBuilder TakesKeyObject(this RouteHandlerBuilder endpoint, GatewayOptions options) =>
        endpoint.WithMetadata(new BodyLimit(options.MaximumKeyObjectBytes, Streamed: true, LengthRequired: false, Octets)).Accepts<byte[]>(Octets);
}

/// <summary>Who may call an endpoint, as it was said; authorization itself is the policy beside it.</summary>
internal sealed record RequiredRoles(ImmutableArray<Role> Roles);
