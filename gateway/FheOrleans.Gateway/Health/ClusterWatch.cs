using FheOrleans.Gateway.Calls;
using FheOrleans.Grains;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace FheOrleans.Gateway.Health;

/// <summary>
/// Asks every few seconds what all gateways go by: so each of them drains when the operator says so to one, and knows whether there is a
/// cluster behind it.
/// </summary>
internal sealed class ClusterWatch(IGrainFactory grains, NodeReadiness readiness, GatewayOptions options, TimeProvider time, ILogger<ClusterWatch> log)
    : BackgroundService
{
    private readonly Guid _gateway = Guid.NewGuid();

    private IOperatorGrain Operator => grains.GetGrain<IOperatorGrain>(GrainKeys.Operator);

    /// <summary>Drains all gateways, or has them take work again: this one at once, the others when they ask next.</summary>
    public async Task<GatewayOrders> DrainAsync(bool on, GrainCalls calls)
    {
        var orders = await calls.GetGrain<IOperatorGrain>(GrainKeys.Operator).DrainAsync(on);
        readiness.Order(orders.DrainingSince);
        return orders;
    }

    /// <summary>What all gateways go by, asked now.</summary>
    public async Task<GatewayOrders> ReadAsync(GrainCalls calls)
    {
        var asked = readiness.Orders;
        var orders = await calls.GetGrain<IOperatorGrain>(GrainKeys.Operator).CheckInAsync(_gateway);
        Learn(asked, orders);
        return orders;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ClusterPeriod, time);
        var isAway = false;
        do
        {
            try
            {
                var asked = readiness.Orders;
                Learn(asked, await Operator.CheckInAsync(_gateway));
                readiness.Answered();
                if (isAway) log.ClusterBack();
                isAway = false;
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                if (!isAway) log.ClusterAway(fault.GetType().Name);
                isAway = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // An answer that was on its way while the operator said something else here is an old one.
    private void Learn(int asked, GatewayOrders orders)
    {
        if (asked != readiness.Orders) return;
        if (orders.DrainingSince is not null && readiness.DrainingSince is null) log.Draining();
        if (orders.DrainingSince is null && readiness.DrainingSince is not null) log.DrainEnded();
        readiness.Order(orders.DrainingSince);
    }
}
