using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Health;
using FheOrleans.Gateway.Identity;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>What those ask who keep the node running: is it alive, does it take requests, may it be stopped.</summary>
internal sealed class OperationsEndpoints(NodeReadiness readiness)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Drain, DescribeAsync).RequireRoles(Role.Operator).WithSummary("Whether the node is drained, and what is still unfinished.");
        routes.MapPut(Routes.Drain, (IGrainFactory grains) => DrainAsync(true, grains)).RequireRoles(Role.Operator)
            .WithSummary("Drain the node: it is not ready, takes no new inferences, and finishes those it has.");
        routes.MapDelete(Routes.Drain, (IGrainFactory grains) => DrainAsync(false, grains)).RequireRoles(Role.Operator)
            .WithSummary("Take new work again.");
    }

    private Task<NodeDrain> DrainAsync(bool on, IGrainFactory grains)
    {
        readiness.Drain(on);
        return DescribeAsync(grains);
    }

    private async Task<NodeDrain> DescribeAsync(IGrainFactory grains)
    {
        var since = readiness.DrainingSince;
        return new NodeDrain(since is not null, since, await grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork).CountAsync());
    }
}
