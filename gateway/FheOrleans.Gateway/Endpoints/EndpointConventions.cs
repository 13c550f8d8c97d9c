using FheOrleans.Gateway.Bodies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>How an endpoint says what body it takes.</summary>
internal static class EndpointConventions
{
    private const string Json = "application/json";
    private const string Octets = "application/octet-stream";

    public static RouteHandlerBuilder TakesJson(this RouteHandlerBuilder endpoint, GatewayOptions options) =>
        endpoint.WithMetadata(new BodyLimit(options.MaximumJsonBytes, Streamed: false, LengthRequired: false, Json));

    public static RouteHandlerBuilder TakesNetwork(this RouteHandlerBuilder endpoint, GatewayOptions options) =>
        endpoint.WithMetadata(new BodyLimit(options.MaximumNetworkBytes, Streamed: false, LengthRequired: true, Json)).Accepts<object>(Json);

    public static RouteHandlerBuilder TakesChunk(this RouteHandlerBuilder endpoint, GatewayOptions options) =>
        endpoint.WithMetadata(new BodyLimit(options.MaximumChunkBytes, Streamed: false, LengthRequired: true, Octets)).Accepts<byte[]>(Octets);

    public static RouteHandlerBuilder TakesKeyObject(this RouteHandlerBuilder endpoint, GatewayOptions options) =>
        endpoint.WithMetadata(new BodyLimit(options.MaximumKeyObjectBytes, Streamed: true, LengthRequired: false, Octets)).Accepts<byte[]>(Octets);
}
