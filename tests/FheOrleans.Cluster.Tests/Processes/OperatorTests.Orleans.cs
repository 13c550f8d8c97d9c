using System.Net;
using FheOrleans.Client.Nodes;
using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Hosting;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;

namespace FheOrleans.Cluster.Tests.Processes;

/// <summary>An operator who has lost every token comes back by what it still has, the cluster's secrets; and nobody else does.</summary>
[Collection(ProcessCollection.Name)]
public class OperatorTests
{
    [PostgreSqlFact]
    public async Task NewOperatorToken_AllTokensLost_MakesOneThatWorksAtEveryGatewayAndEndsTheOthers()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 2, gateways: 2);
        using var place = new TemporaryFolder();
        Directory.CreateDirectory(place["out"]);
        var (lost, member, file) = (cluster.OperatorToken, await cluster.JoinAsync("vale", "hill"), Path.Combine(place["out"], "operator.token"));
        await using NodeClient byLost = cluster.Client(lost, gateway: 1), byMember = cluster.Client(member, gateway: 1);
        // A second one: the new token takes the place of all.
        var second = (await byLost.IssueTokenAsync(new TokenRequest("second"))).Token;

        var (code, output, error) = await RenewAsync(cluster.Secrets, file);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains(file, output, StringComparison.Ordinal);
        var renewed = await File.ReadAllTextAsync(file);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        for (var gateway = 0; gateway < 2; gateway++)
        {
            await using NodeClient byOperator = cluster.Client(renewed, gateway), byLostOne = cluster.Client(lost, gateway), bySecond = cluster.Client(second, gateway);
            Assert.Equal(["vale"], (await byOperator.GetTenantsAsync()).Tenants);
            await AssertUnknownAsync(byLostOne);
            await AssertUnknownAsync(bySecond);
        }
        // Members' tokens are as they were; the log says what happened, and no token.
        Assert.Equal("hill", (await byMember.GetMeAsync()).Owner);
        Assert.Contains(cluster.Silos, silo => silo.Log.Contains("\"EventId\":128", StringComparison.Ordinal));
        foreach (var token in new[] { lost, second, renewed })
            Assert.DoesNotContain(token[(token.LastIndexOf('.') + 1)..], cluster.Logs + output, StringComparison.Ordinal);

        // What is there is not written over, and nothing else happens.
        Assert.Equal(2, (await RenewAsync(cluster.Secrets, file)).ExitCode);
        await using var still = cluster.Client(renewed);
        Assert.Equal(["vale"], (await still.GetTenantsAsync()).Tenants);
    }

    [PostgreSqlFact]
    public async Task NewOperatorToken_AnotherClustersCertificate_ChangesNothing()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 1, gateways: 1);
        using var place = new TemporaryFolder();
        var (own, strangers) = (SecretsFolder.Open(cluster.Secrets), SecretsFolder.Make(place["secrets"]));
        // With the database's password alone nobody is let in.
        strangers.WriteNew(SecretsFolder.Connection, own.Read(SecretsFolder.Connection));
        strangers.WriteNew(SecretsFolder.ClusterCertificate, SelfSignedCertificate.MakePeer(TimeProvider.System));
        var file = Path.Combine(strangers.Path, "operator.token");

        var (code, output, error) = await RenewAsync(strangers.Path, file);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("nothing was changed", error, StringComparison.Ordinal);
        Assert.DoesNotContain(cluster.Database.Password, error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        await using var byOperator = cluster.Client(cluster.OperatorToken);
        Assert.Empty((await byOperator.GetTenantsAsync()).Tenants);
    }

    private static Task<(int ExitCode, string Output, string Error)> RenewAsync(string secrets, string file) => ProgramProcess.RunAsync(
        ProgramProcess.Gateway, "--new-operator-token", "--secrets", secrets, "--cluster", TestCluster.Name, "--token-file", file);

    private static async Task AssertUnknownAsync(NodeClient client) =>
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<NodeRefusedException>(() => client.GetTenantsAsync())).Status);
}
