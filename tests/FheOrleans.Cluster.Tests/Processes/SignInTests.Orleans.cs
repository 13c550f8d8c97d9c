using System.Diagnostics;
using System.Net;
using FheOrleans.Client.Nodes;
using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Tests;

namespace FheOrleans.Cluster.Tests.Processes;

/// <summary>Whoever guesses tokens gains nothing by asking several gateways, and does not lock out who is known.</summary>
[Collection(ProcessCollection.Name)]
public class SignInTests
{
    private static readonly NodeClientOptions Impatient = new() { Retries = 0 };

    [PostgreSqlFact]
    public async Task SignIns_ThatFailAtTwoGateways_HaveOneLimitAndTheKnownOwnerGoesOnAtBoth()
    {
        const int limit = 4;
        await using var cluster = await TestCluster.StartAsync(silos: 2, gateways: 0);
        for (var gateway = 0; gateway < 2; gateway++) await cluster.AddGatewayAsync(null, "--sign-ins", $"{limit}");
        var token = await cluster.JoinAsync("vale", "hill");
        // Known at the first gateway only.
        await using (var owner = new NodeClient(cluster.Addresses[0], token, Impatient)) Assert.Equal("hill", (await owner.GetMeAsync()).Owner);

        var (unknown, begun) = (0, Stopwatch.GetTimestamp());
        for (var tries = 0; tries < 4 * limit; tries++)
        {
            await using var guess = new NodeClient(cluster.Addresses[tries % 2], $"fo.vale.hill.{tries}", Impatient);
            var status = (await Assert.ThrowsAsync<NodeRefusedException>(() => guess.GetMeAsync())).Status;
            if (status == HttpStatusCode.Unauthorized) unknown++;
            else Assert.Equal(HttpStatusCode.TooManyRequests, status);
        }

        // One more is what the second gateway learns it by; and some come free while the test runs, of which each gateway may let one in.
        Assert.InRange(unknown, limit, limit + 1 + (2 * (int)(Stopwatch.GetElapsedTime(begun).TotalMinutes * limit)));
        foreach (var address in cluster.Addresses)
        {
            await using var owner = new NodeClient(address, token, Impatient);
            Assert.Equal("hill", (await owner.GetMeAsync()).Owner);
        }
    }
}
