using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Health;
using FheOrleans.Gateway.Identity;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>What those ask who keep the node running: is it alive, does it take requests, may it be stopped.</summary>
internal sealed class OperationsEndpoints(ClusterWatch cluster)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Drain, DescribeAsync).RequireRoles(Role.Operator).WithSummary("Whether the node is drained, and what is still unfinished.");
        routes.MapPut(Routes.Drain, (GrainCalls grains) => DrainAsync(true, grains)).RequireRoles(Role.Operator)
            .WithSummary("Drain the node: it is not ready, takes no new inferences, and finishes those it has.");
        routes.MapDelete(Routes.Drain, (GrainCalls grains) => DrainAsync(false, grains)).RequireRoles(Role.Operator)
            .WithSummary("Take new work again.");
        routes.MapGet(Routes.NodeWork, ReadWorkAsync).RequireRoles(Role.Operator).WithSummary("What the cluster has to do, and with what: the same at every gateway.");
    }

    private async Task<NodeDrain> DrainAsync(bool on, GrainCalls grains) => await DrainOfAsync(await cluster.DrainAsync(on, grains), grains);

    private async Task<NodeDrain> DescribeAsync(GrainCalls grains) => await DrainOfAsync(await cluster.ReadAsync(grains), grains);

    private static async Task<NodeDrain> DrainOfAsync(GatewayOrders orders, GrainCalls grains) =>
        new(orders.DrainingSince is not null, orders.DrainingSince, await Unfinished(grains).CountAsync());

    private async Task<NodeWork> ReadWorkAsync(GrainCalls grains)
    {
        var (orders, work) = (await cluster.ReadAsync(grains), await Unfinished(grains).ReadClusterAsync());
        return new(work.QueueDepth, work.Inferences, work.Subscriptions, work.Silos, work.EvaluationThreads, work.Evaluating, work.Waiting, orders.Gateways);
    }

    private static IUnfinishedWorkGrain Unfinished(GrainCalls grains) => grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork);
}
