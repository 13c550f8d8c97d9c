using FheOrleans.Client.Nodes;
using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;

namespace FheOrleans.Cluster.Tests.Processes;

/// <summary>A node with a farm on it goes on as a cluster: <c>--import</c>, then <c>--prepare</c>.</summary>
[Collection(ProcessCollection.Name)]
public class FromNodeTests
{
    [PostgreSqlFact]
    public async Task Node_ImportedAndPrepared_GoesOnAsAClusterWithTheSameLedger()
    {
        using var place = new TemporaryFolder();
        var folder = place["node"];
        string token;
        TestFarm farm;
        IReadOnlyList<string> entries;
        IReadOnlyList<PredictionMessage> before;
        await using (var node = await ProgramProcess.StartAsync(ProgramProcess.Silo, "--data", folder, "--url", "https://127.0.0.1:0"))
        {
            Assert.True(NodeAddress.TryParse(node.ReadyLine, out var address), node.ReadyLine);
            token = (await Joining.JoinAsync(address, (await File.ReadAllTextAsync(Path.Combine(folder, "operator.token"))).Trim(), "vale", "hill")).Token;
            await using var client = new NodeClient(address, token);
            farm = await TestFarm.PaperAsync(client);
            await farm.UploadKeysAsync(client);
            await farm.UploadDataAsync(client);
            await client.StartInferenceAsync("july", farm.Request);
            before = await client.ListenToEndsAsync(["july"]);
            entries = (await client.GetLedgerAsync(after: 0)).Entries;
            Assert.Equal(0, await node.TerminateAsync());
        }

        await using var cluster = await TestCluster.StartAsync(silos: 2, gateways: 1, before: async (database, secrets) =>
        {
            var (exit, _, error) = await ProgramProcess.RunAsync(ProgramProcess.Silo, "--import", folder, "--database", database);
            Assert.True(exit == 0, error);
            Directory.CreateDirectory(secrets);
            // The node's certificate and signing key, so that farms notice nothing but another address.
            File.Copy(Path.Combine(folder, "node.pfx"), Path.Combine(secrets, "certificate.pfx"));
            File.Copy(Path.Combine(folder, "node-key.pem"), Path.Combine(secrets, "receipts.key"));
        });
        await using var returned = cluster.Client(token);

        Assert.NotEmpty(entries);
        Assert.Equal(entries, (await returned.GetLedgerAsync(after: 0)).Entries);
        foreach (var message in before.Where(message => message.Result is not null))
            Assert.Equal(message.Result, await returned.DownloadResultAsync(message.Inference, message.Part));
        // And it goes on: keys and data are there, and the ledger has the next entry behind the node's last.
        await returned.StartInferenceAsync("august", farm.Request);
        Jobs.AssertWhole(farm, ["august"], [.. (await returned.ListenToEndsAsync(["august"])).Where(message => message.Inference == "august")]);
        var after = (await returned.GetLedgerAsync(after: 0)).Entries;
        Assert.Equal(entries, after.Take(entries.Count));
        Assert.Equal(entries.Count + 1, after.Count);
        farm.Dispose();
    }
}
