using System.Collections.Immutable;
using System.Reflection;
using FheOrleans.Gateway.Endpoints;
using FheOrleans.Gateway.Identity;
using FheOrleans.Node.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace FheOrleans.Node.Tests.Isolation;

/// <summary>A route or hub method that the node has, and who may call it by its own word: nobody in particular means anyone.</summary>
internal sealed record Call(string Name, ImmutableArray<Role>? Roles);

/// <summary>Asks the running node for its routes and hub methods, from where requests find them.</summary>
internal static class RunningNode
{
    public static IReadOnlyList<Call> Calls(this TestNode node)
    {
        var endpoints = node.Application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();
        var calls = new List<Call>();
        foreach (var endpoint in endpoints)
        {
            var template = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            // A hub's own address takes any method; a WebSocket begins with GET.
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                calls.Add(new($"{method} {template}", RolesOf(endpoint)));
        }
        foreach (var hub in endpoints.DistinctBy(endpoint => endpoint.Metadata.GetMetadata<HubMetadata>()?.HubType))
        {
            if (hub.Metadata.GetMetadata<HubMetadata>() is not { HubType: var type }) continue;
            // As SignalR finds them: public methods that are not the base class's.
            var methods = type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
                .Where(method => method.GetBaseDefinition().DeclaringType != typeof(Hub) && method.DeclaringType != typeof(object) && !method.IsSpecialName
                    && method.GetBaseDefinition().DeclaringType != typeof(IDisposable) && method.GetBaseDefinition().DeclaringType != typeof(object));
            calls.AddRange(methods.Select(method => new Call(
                $"hub {type.Name}.{method.GetCustomAttribute<HubMethodNameAttribute>()?.Name ?? method.Name}", RolesOf(hub))));
        }
        return calls;
    }

    private static ImmutableArray<Role>? RolesOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null ? [] : endpoint.Metadata.GetMetadata<RequiredRoles>()?.Roles;
}
