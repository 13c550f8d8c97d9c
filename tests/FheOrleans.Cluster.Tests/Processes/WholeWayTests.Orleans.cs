using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;

namespace FheOrleans.Cluster.Tests.Processes;

/// <summary>What the platform is for, through gateways of a real cluster.</summary>
[Collection(ProcessCollection.Name)]
public class WholeWayTests
{
    [PostgreSqlFact]
    public async Task Cluster_PaperNetworkThroughTwoGateways_ForecastsAsInTheClear()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 2, gateways: 2);
        var token = await cluster.JoinAsync("vale", "hill");
        await using var one = cluster.Client(token, gateway: 0);
        await using var other = cluster.Client(token, gateway: 1);
        using var farm = await TestFarm.PaperAsync(one);
        await farm.UploadKeysAsync(one);
        await farm.UploadDataAsync(other);

        await other.StartInferenceAsync("july", farm.Request);
        var heard = await one.ListenToEndsAsync(["july"]);

        Jobs.AssertWhole(farm, ["july"], heard);
        // One certificate and one key, whichever gateway is asked.
        Assert.Equal(cluster.Addresses[0].CertificateSha256, cluster.Addresses[1].CertificateSha256);
        Assert.Equal((await one.GetNodeAsync()).Key.Id, (await other.GetNodeAsync()).Key.Id);
        Assert.Equal(2, (await cluster.ReadMembershipAsync()).Split(' ').Count(silo => silo.EndsWith("=3", StringComparison.Ordinal)));
        foreach (var silo in cluster.Silos)
            Assert.Equal(0, (await ProgramProcess.RunAsync(ProgramProcess.Silo, "--check", TestCluster.HealthOf(silo).ToString())).ExitCode);
        // Secrets are in no log.
        foreach (var secret in new[] { token, cluster.OperatorToken, cluster.Database.Password })
            Assert.DoesNotContain(secret[(secret.LastIndexOf('.') + 1)..], cluster.Logs, StringComparison.Ordinal);
    }
}
