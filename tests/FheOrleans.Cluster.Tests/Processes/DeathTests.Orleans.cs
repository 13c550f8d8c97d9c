using System.Diagnostics;
using System.Globalization;
using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;
using Xunit.Abstractions;

namespace FheOrleans.Cluster.Tests.Processes;

/// <summary>Processes die, the database goes away, silos are rolled: no job that was accepted is lost, and none has two results.</summary>
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
        var jobs = await Jobs.StartAsync(client, farm, Count);
        await jobs.UnderWay;

        foreach (var silo in cluster.Silos.ToArray())
        {
            await cluster.AddSiloAsync();
            var told = Stopwatch.GetTimestamp();
            Assert.Equal(0, await silo.TerminateAsync());
            Report($"a silo left {Stopwatch.GetElapsedTime(told).TotalSeconds:F1} s after it was told to");
        }
        await jobs.RequireWholeAsync();
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
