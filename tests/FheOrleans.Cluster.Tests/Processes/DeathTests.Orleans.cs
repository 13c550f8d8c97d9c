using System.Diagnostics;
using System.Globalization;
using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;
using Xunit.Abstractions;

namespace FheOrleans.Cluster.Tests.Processes;

/// <summary>Processes die, the database goes away, silos are rolled: no job that was accepted is lost, and none has two
/// results.</summary>
[Collection(ProcessCollection.Name)]
public class DeathTests(ITestOutputHelper output)
{
    private const int Windows = 60_000, Count = 12;

    [PostgreSqlFact]
    public async Task Silo_KilledInTheMiddleOfJobs_EveryJobEndsWithOneResultForEachPart()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 3, gateways: 1);
        await using var client = cluster.Client(await cluster.JoinAsync("vale", "hill"));
        using var farm = await UploadAsync(client);
        var jobs = await Jobs.StartAsync(client, farm, Count);
        await jobs.UnderWay;

        var killed = Stopwatch.GetTimestamp();
        await cluster.Silos[1].KillAsync();
        await jobs.RequireWholeAsync();

        Report($"kill -9 of a silo: all {Count} jobs had ended {Stopwatch.GetElapsedTime(killed, jobs.Ended).TotalSeconds:F1} s after it");
        Assert.Contains("=6", await cluster.ReadMembershipAsync(), StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Silo_HangsAndComesBack_EndsItselfAndNothingIsDoneTwice()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 2, gateways: 1);
        await using var client = cluster.Client(await cluster.JoinAsync("vale", "hill"));
        using var farm = await UploadAsync(client);
        var jobs = await Jobs.StartAsync(client, farm, Count);
        await jobs.UnderWay;

        var frozen = Stopwatch.GetTimestamp();
        await cluster.Silos[1].FreezeAsync();
        await cluster.UntilMembershipAsync(silos => silos.Contains("=6", StringComparison.Ordinal));
        Report($"a silo that hangs was declared dead after {Stopwatch.GetElapsedTime(frozen).TotalSeconds:F1} s");
        await cluster.Silos[1].ThawAsync();

        // What it computed meanwhile comes too late, and changes nothing.
        await cluster.Silos[1].EndsAsync();
        await jobs.RequireWholeAsync();
        Report($"all {Count} jobs had ended {Stopwatch.GetElapsedTime(frozen, jobs.Ended).TotalSeconds:F1} s after it began to hang");
    }

    [PostgreSqlFact]
    public async Task Silo_HangsUntilAllIsDoneAndWakesUp_ChangesNothingAndEndsWithOneLine()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 2, gateways: 1);
        await using var client = cluster.Client(await cluster.JoinAsync("vale", "hill"));
        using var farm = await UploadAsync(client);
        var jobs = await Jobs.StartAsync(client, farm, Count);
        await jobs.UnderWay;
        var frozen = Stopwatch.GetTimestamp();
        await cluster.Silos[1].FreezeAsync();
        await cluster.UntilMembershipAsync(silos => silos.Contains("=6", StringComparison.Ordinal));
        var declared = Stopwatch.GetElapsedTime(frozen).TotalSeconds;
        var heard = await jobs.RequireWholeAsync();
        Report($"declared dead {declared:F1} s after it began to hang, all {Count} jobs had ended after {Stopwatch.GetElapsedTime(frozen, jobs.Ended).TotalSeconds:F1} s");
        var (payloads, ledger) = (await cluster.ReadPayloadsAsync("vale/hill"), await client.GetLedgerAsync(after: 0));

        await cluster.Silos[1].ThawAsync();

        Assert.Equal(1, await cluster.Silos[1].EndsAsync());
        Assert.Equal(1, cluster.Silos[1].CountOf(4152));
        Assert.NotEmpty(payloads);
        Assert.Equal(payloads, await cluster.ReadPayloadsAsync("vale/hill"));
        Assert.Equal(ledger.Entries, (await client.GetLedgerAsync(after: 0)).Entries);
        Assert.Equal(heard.Count, (await client.GetMeAsync()).LastSequence);
        Assert.Equal(
            heard.Select(message => (message.Sequence, message.Inference, message.Part, message.Status)),
            (await client.ListenToEndsAsync(jobs.Names)).Select(message => (message.Sequence, message.Inference, message.Part, message.Status)));
    }

    [PostgreSqlFact]
    public async Task Silos_CutOffFromEachOther_OneIsVotedOutAndEndsAndNothingIsLost()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 0, gateways: 0);
        var ways = new List<Forwarder>();
        for (var silo = 0; silo < 2; silo++) await cluster.AddSiloAsync(way: listening => Way(new(listening)).Address);
        await cluster.AddGatewayAsync();
        await using var client = cluster.Client(await cluster.JoinAsync("vale", "hill"));
        using var farm = await UploadAsync(client);
        var jobs = await Jobs.StartAsync(client, farm, Count);
        await jobs.UnderWay;

        // Both have the database and the gateway still; only each other they have not.
        var cut = Stopwatch.GetTimestamp();
        foreach (var way in ways) way.Cut();

        var ended = await Task.WhenAny(cluster.Silos.Select(async silo => (await silo.EndsAsync(), silo)));
        var (code, loser) = await ended;
        Report($"one of two silos that were cut off from each other had ended after {Stopwatch.GetElapsedTime(cut).TotalSeconds:F1} s");
        await jobs.RequireWholeAsync();
        Report($"all {Count} jobs had ended {Stopwatch.GetElapsedTime(cut, jobs.Ended).TotalSeconds:F1} s after the cut");
        Assert.Equal((1, 1), (code, loser.CountOf(4152)));
        Assert.Equal(["3", "6"], (await cluster.ReadMembershipAsync()).Split(' ').Select(silo => silo[^1..]).Order());
        Assert.Single(cluster.Silos, silo => !silo.HasExited);
        // What starts it anew finds its place again.
        await cluster.AddSiloAsync(way: listening => Way(new(listening)).Address);
        foreach (var way in ways) await way.DisposeAsync();

        Forwarder Way(Forwarder way)
        {
            ways.Add(way);
            return way;
        }
    }

    [PostgreSqlFact]
    public async Task Gateway_KilledWithClientsConnected_NoEventIsMissed()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 2, gateways: 2);
        var token = await cluster.JoinAsync("vale", "hill");
        await using var client = cluster.ClientOfAll(token);
        using var farm = await UploadAsync(client);
        var jobs = await Jobs.StartAsync(client, farm, Count);
        // Each begins at one of the gateways by chance: one in 2^8 times all of them are at the other one.
        var others = Enumerable.Range(0, 7).Select(_ => cluster.ClientOfAll(token)).ToArray();
        var hearing = others.Select(other => other.ListenToEndsAsync(jobs.Names)).ToArray();
        await jobs.UnderWay;

        await cluster.Gateways[0].KillAsync();

        var heard = await jobs.RequireWholeAsync();
        foreach (var other in await Task.WhenAll(hearing))
            Assert.Equal(heard.Select(message => (message.Sequence, message.Status)), other.Select(message => (message.Sequence, message.Status)));
        Assert.Equal((await client.GetMeAsync()).LastSequence, heard.Count);
        Report($"kill -9 of a gateway: 8 clients heard each of {heard.Count} events, 0 missed");
        foreach (var other in others) await other.DisposeAsync();
    }

    [PostgreSqlFact]
    public async Task Database_AwayFor20SecondsUnderLoad_NothingIsLost()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 2, gateways: 1);
        await using var client = cluster.Client(await cluster.JoinAsync("vale", "hill"));
        using var farm = await UploadAsync(client);
        var jobs = await Jobs.StartAsync(client, farm, Count);
        await jobs.UnderWay;

        await cluster.Database.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(20)); // What is tested: 20 seconds.
        await cluster.Database.StartAgainAsync();
        var back = Stopwatch.GetTimestamp();
        await jobs.RequireWholeAsync();

        Report($"database away for 20 s: all {Count} jobs had ended {Stopwatch.GetElapsedTime(back, jobs.Ended).TotalSeconds:F1} s after it was back");
        Assert.DoesNotContain(cluster.Silos, silo => silo.HasExited);
    }

    [PostgreSqlFact]
    public async Task Silos_RolledInTurnUnderLoad_NothingIsLost()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 2, gateways: 1);
        await using var client = cluster.Client(await cluster.JoinAsync("vale", "hill"));
        using var farm = await UploadAsync(client);
        var waves = new List<Jobs>();

        foreach (var silo in cluster.Silos.ToArray())
        {
            await cluster.AddSiloAsync();
            // Under load, each time: what is told to stop has parts to finish.
            waves.Add(await Jobs.StartAsync(client, farm, Count, $"wave-{waves.Count}"));
            await waves[^1].UnderWay;
            var told = Stopwatch.GetTimestamp();
            Assert.Equal(0, await silo.TerminateAsync());
            Report($"a silo left {Stopwatch.GetElapsedTime(told).TotalSeconds:F1} s after it was told to");
        }

        foreach (var wave in waves) await wave.RequireWholeAsync();
        Assert.Equal(Count * waves.Count * (farm.Batches + 1), (await client.GetMeAsync()).LastSequence);
    }

    private static async Task<TestFarm> UploadAsync(Client.Nodes.NodeClient client)
    {
        var farm = await TestFarm.LinearAsync(client, Windows);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);
        return farm;
    }

    private void Report(FormattableString fact) => output.WriteLine(fact.ToString(CultureInfo.InvariantCulture));
}
