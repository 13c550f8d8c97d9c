using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Hosting;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;

namespace FheOrleans.Cluster.Tests.Processes;

/// <summary>The cluster's certificate is exchanged while the cluster runs: in the middle of it, processes of before and after work
/// together.</summary>
[Collection(ProcessCollection.Name)]
public class RotationTests
{
    [PostgreSqlFact]
    public async Task Cluster_HalfOfItWithTheNextCertificate_WorksAsOne()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 0, gateways: 0);
        var (before, after) = (SecretsFolder.Open(cluster.Secrets), SecretsFolder.Make(cluster.Secrets + "-after"));
        foreach (var name in new[] { SecretsFolder.Connection, SecretsFolder.Certificate, SecretsFolder.SigningKey, SecretsFolder.OperatorToken }) after.WriteNew(name, before.Read(name));
        var next = SelfSignedCertificate.MakePeer(TimeProvider.System);
        before.WriteNew(PeerCertificates.Next, next);
        after.WriteNew(SecretsFolder.ClusterCertificate, next);
        after.WriteNew(PeerCertificates.Previous, before.Read(SecretsFolder.ClusterCertificate));

        await cluster.AddSiloAsync(before.Path);
        await cluster.AddSiloAsync(after.Path);
        await cluster.AddGatewayAsync(before.Path);
        await cluster.AddGatewayAsync(after.Path);
        var token = await cluster.JoinAsync("vale", "hill");

        await using var one = cluster.Client(token, gateway: 0);
        await using var other = cluster.Client(token, gateway: 1);
        using var farm = await TestFarm.LinearAsync(one, windows: 20_000);
        await farm.UploadKeysAsync(one);
        await farm.UploadDataAsync(other);
        await (await Jobs.StartAsync(other, farm, count: 2)).RequireWholeAsync();
    }
}
