using System.Net;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Health;
using FheOrleans.Gateway.Limiting;
using FheOrleans.Gateway.Problems;
using FheOrleans.Grains;
using FheOrleans.Node.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>What several gateways before the same grains have in common: a tenant's rate, the operator's drain, the queue.</summary>
public sealed class SeveralGatewaysTests
{
    [Theory, InlineData(5), InlineData(600)]
    public async Task Requests_OverTwoGateways_AreNoMoreThanTheQuota(int perMinute)
    {
        await using var node = await TestNode.StartAsync();
        var (grains, clock) = (node.Application.Services.GetRequiredService<GrainCalls>(), TimeProvider.System);
        await grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant("vale")).SetAsync(new() { RequestsPerMinute = perMinute });
        RequestLimits[] gateways = [new(grains, clock), new(grains, clock)];
        var begun = clock.GetTimestamp();

        // Each gateway is asked for all of it, and both at once.
        var let = await Task.WhenAll(Enumerable.Range(0, 4 * perMinute).Select(async request => (await gateways[request % 2].LetInAsync("vale")).Requests > 0));

        var minutes = clock.GetElapsedTime(begun).TotalMinutes;
        Assert.InRange(let.Count(isIn => isIn), perMinute - 20, perMinute + (int)Math.Ceiling(minutes * perMinute));
        var refused = await gateways[0].LetInAsync("vale");
        if (perMinute < 60) Assert.InRange(refused.RetryAfterSeconds, 0.1, 12);
    }

    [Fact]
    public async Task Drain_AtOneGateway_IsHeardByTheOthersAndOutlivesThem()
    {
        await using var node = await TestNode.StartAsync();
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);
        var services = node.Application.Services;
        var options = new GatewayOptions { ClusterPeriod = TimeSpan.FromSeconds(1) };
        var other = new NodeReadiness([], services.GetRequiredService<IHostApplicationLifetime>(), options, TimeProvider.System);
        using var watch = new ClusterWatch(services.GetRequiredService<IGrainFactory>(), other, options, TimeProvider.System, NullLogger<ClusterWatch>.Instance);
        await watch.StartAsync(CancellationToken.None);

        var drain = await byOperator.DrainAsync(on: true);

        await UntilAsync(() => other.DrainingSince is not null, "the other gateway drains");
        Assert.Equal(drain.Since, other.DrainingSince);
        Assert.Equal(NodeCondition.Draining, (await other.ReadAsync()).Condition);
        await byOperator.DrainAsync(on: false);
        await UntilAsync(() => other.DrainingSince is null, "the other gateway takes work again");
        await watch.StopAsync(CancellationToken.None);
    }

    [Theory, InlineData(1), InlineData(2), InlineData(3)]
    public async Task SignIns_ThatFailAtSeveralGateways_AreNoMoreThanTheLimitAndOneForEachFurtherGateway(int gateways)
    {
        const int limit = 2; // So few that none comes free while the test runs.
        await using var node = await TestNode.StartAsync();
        var all = Enumerable.Range(0, gateways).Select(_ => SignIns(node, limit)).ToArray();
        var (address, tried) = (From("203.0.113.7"), new byte[32]);

        var let = 0;
        for (var tries = 0; tries < 20 * limit; tries++)
        {
            if (!Lets(all[tries % gateways], address, tried)) continue;
            let++;
            await all[tries % gateways].FailedAsync(address, tried);
        }

        Assert.InRange(let, limit, limit + gateways - 1);
        Assert.All(all, gateway => Assert.False(Lets(gateway, address, tried)));
        // Everybody else goes on, though from the next house or from the same network of IPv6.
        Assert.All(all, gateway => Assert.True(Lets(gateway, From("203.0.113.8"), tried) && Lets(gateway, From("2001:db8::1"), tried)));
    }

    [Fact]
    public async Task SignIns_OfAnOwnerWhoWasGoodAtOneGateway_AreLetInAtTheOthersWhileItsNeighboursFail()
    {
        const int limit = 2;
        await using var node = await TestNode.StartAsync();
        var (one, other) = (SignIns(node, limit), SignIns(node, limit));
        var (address, good, bad) = (From("203.0.113.7"), Enumerable.Repeat((byte)1, 32).ToArray(), new byte[32]);
        one.Succeeded(address, good);

        // Somebody behind the same address uses the limit up, at both gateways.
        for (var tries = 0; tries < 2 * limit; tries++) await (tries % 2 == 0 ? one : other).FailedAsync(address, bad);

        Assert.False(Lets(one, address, bad) || Lets(other, address, bad));
        Assert.True(Lets(one, address, good));
        Assert.True(Lets(other, address, good)); // The gateway that it goes to when the first one dies.
        // Revoked, it is like any other, everywhere it was known.
        await one.FailedAsync(address, good);
        Assert.False(Lets(one, address, good));
        await other.FailedAsync(address, good);
        Assert.False(Lets(other, address, good));
    }

    [Fact]
    public async Task SignIns_HouseholdOfIPv6_IsOneAddress()
    {
        await using var node = await TestNode.StartAsync();
        var gateway = SignIns(node, 2);

        for (var host = 1; host <= 2; host++) await gateway.FailedAsync(From($"2001:db8:1:2::{host}"), new byte[32]);

        Assert.False(Lets(gateway, From("2001:db8:1:2:ffff::9"), new byte[32]));
        Assert.True(Lets(gateway, From("2001:db8:1:3::1"), new byte[32]));
        Assert.Equal(ClientAddress.Of(IPAddress.Parse("203.0.113.7")), ClientAddress.Of(IPAddress.Parse("::ffff:203.0.113.7")));
    }

    [Fact]
    public async Task Work_AskedByTheOperator_IsTheClusters()
    {
        await using var node = await TestNode.StartAsync(options => options with { Workers = 2 });
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);

        NodeWork work = null!;
        await UntilAsync(async () => (work = await byOperator.GetWorkAsync()).Silos == 1, "the silo has asked after the work");

        Assert.Equal(new NodeWork(0, 0, 0, 1, 2, 0, 0, 1), work);
    }

    [Fact]
    public async Task Ready_GrainsDoNotAnswer_IsNot()
    {
        await using var node = await TestNode.StartAsync();
        var time = new MovedTime();
        var readiness = new NodeReadiness([], node.Application.Services.GetRequiredService<IHostApplicationLifetime>(), new(), time);
        readiness.Answered();
        Assert.Equal(NodeCondition.Ready, (await readiness.ReadAsync()).Condition);

        time.Moved = TimeSpan.FromMinutes(1);

        var (condition, reason) = await readiness.ReadAsync();
        Assert.Equal(NodeCondition.Failing, condition);
        Assert.Contains("have not answered for 60 seconds", reason, StringComparison.Ordinal);
        readiness.Answered();
        time.Moved += TimeSpan.FromSeconds(6);
        Assert.Equal(NodeCondition.Ready, (await readiness.ReadAsync()).Condition);
    }

    private static SignInLimits SignIns(TestNode node, int limit) =>
        new(node.Application.Services.GetRequiredService<IGrainFactory>(), new() { FailedSignInsPerMinute = limit }, TimeProvider.System);

    private static DefaultHttpContext From(string address) => new() { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };

    private static bool Lets(SignInLimits gateway, HttpContext context, byte[] tried)
    {
        try
        {
            gateway.LetTry(context, tried);
            return true;
        }
        catch (Refusal refusal)
        {
            Assert.Equal((ProblemTypes.TooMany, QuotaNames.FailedSignIns), (refusal.Body.Type, refusal.Body.Limit));
            Assert.True(refusal.Body.RetryAfter > 0);
            return false;
        }
    }

    private static Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    private static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var waited = System.Diagnostics.Stopwatch.StartNew(); !await condition(); await Task.Delay(20))
            if (waited.Elapsed > NodeProcess.Patience) throw new TimeoutException($"It did not become so: {what}.");
    }

    private sealed class MovedTime : TimeProvider
    {
        public TimeSpan Moved { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Moved.Ticks;
    }
}
