using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;
using Microsoft.Data.Sqlite;

namespace FheOrleans.Node.Tests.Life;

/// <summary>From a node on SQLite to one on PostgreSQL, with the built program.</summary>
public class ImportTests
{
    [PostgreSqlFact]
    public async Task Import_NodeWithEverything_AnswersTheSameFromPostgreSql()
    {
        using var place = new TemporaryFolder();
        using var database = await NodeDatabase.CreateAsync();
        string token, certificate;
        TestFarm farm;
        IReadOnlyList<PredictionMessage> before;
        await using (var node = await NodeProcess.StartAsync(place["node"]))
        {
            (certificate, token) = (node.Address.CertificateSha256, (await node.JoinAsOwnerAsync("vale", "hill")).Token);
            await using var client = node.Client(token);
            farm = await TestFarm.PaperAsync(client);
            await farm.UploadKeysAsync(client);
            await farm.UploadDataAsync(client);
            await client.StartInferenceAsync("july", farm.Request);
            before = await client.ListenToEndAsync(after: 0, "july");
            Assert.Equal(0, await node.StopAsync());
        }

        var (exit, output, error) = await NodeProcess.RunAsync("--import", place["node"], "--database", database.File);

        Assert.Equal((0, ""), (exit, error));
        Assert.Contains("1 ledgers, whose chains hold", output, StringComparison.Ordinal);
        await using var again = await NodeProcess.StartAsync(place["node"], "--database", database.File);
        Assert.Equal(certificate, again.Address.CertificateSha256);
        await using var returned = again.Client(token);
        var after = await returned.ListenToEndAsync(after: 0, "july");
        Assert.Equal(before.Select(Text), after.Select(Text));
        // And it goes on: the keys and the data are there.
        await returned.StartInferenceAsync("august", farm.Request);
        WholeLifeTests.AssertForecasts(farm, await returned.ListenToEndAsync(after: before[^1].Sequence, "august"));
        farm.Dispose();
    }

    [PostgreSqlFact]
    public async Task Import_Twice_SaysThatItIsThereAndOfAnotherNode_IsRefused()
    {
        using var place = new TemporaryFolder();
        using var database = await NodeDatabase.CreateAsync();
        foreach (var name in new[] { "one", "two" })
        {
            await using var node = await NodeProcess.StartAsync(place[name]);
            await node.JoinAsOwnerAsync("vale", "hill");
            await node.StopAsync();
        }
        Assert.Equal(0, (await NodeProcess.RunAsync("--import", place["one"], "--database", database.File)).ExitCode);

        var again = await NodeProcess.RunAsync("--import", place["one"], "--database", database.File);
        var other = await NodeProcess.RunAsync("--import", place["two"], "--database", database.File);

        Assert.Equal(0, again.ExitCode);
        Assert.Contains("already there", again.Output, StringComparison.Ordinal);
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("The database holds something else already", other.Error, StringComparison.Ordinal);
        Assert.Equal(0L, await Within(database, "SELECT count(*) FROM fheorleans.payload WHERE key LIKE 'vale/%/no-such-thing'"));
    }

    [PostgreSqlFact]
    public async Task Import_LedgerWithABrokenChain_IsRefusedAndNothingIsThere()
    {
        using var place = new TemporaryFolder();
        using var database = await NodeDatabase.CreateAsync();
        await using (var node = await NodeProcess.StartAsync(place["node"]))
        {
            await using var client = node.Client((await node.JoinAsOwnerAsync("vale", "hill")).Token);
            using var farm = await TestFarm.PaperAsync(client);
            await farm.UploadKeysAsync(client);
            await farm.UploadDataAsync(client);
            await node.StopAsync();
        }
        using (var file = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(place["node"], "node.sqlite"), Pooling = false }.ToString()))
        {
            file.Open();
            using var command = file.CreateCommand();
            command.CommandText = "DROP TRIGGER ledger_is_never_changed; UPDATE ledger SET entry = replace(CAST(entry AS TEXT), 'keys', 'kevs') WHERE number = 1";
            command.ExecuteNonQuery();
        }

        var (exit, _, error) = await NodeProcess.RunAsync("--import", place["node"], "--database", database.File);

        Assert.Equal(1, exit);
        Assert.Contains("The ledger of vale/hill is broken at entry 2", error, StringComparison.Ordinal);
        Assert.Equal(0L, await Within(database, "SELECT (SELECT count(*) FROM fheorleans.grain_state) + (SELECT count(*) FROM fheorleans.payload) + (SELECT count(*) FROM fheorleans.ledger)"));
    }

    [Fact]
    public async Task Import_NoSuchFolderAndNoDatabase_NamesBothFaults()
    {
        var (exit, _, error) = await NodeProcess.RunAsync("--import", Path.Combine(Path.GetTempPath(), "no-such-folder"));

        Assert.Equal(2, exit);
        Assert.Contains("--import names no folder with a node.sqlite", error, StringComparison.Ordinal);
        Assert.Contains("--database is missing", error, StringComparison.Ordinal);
    }

    private static async Task<long> Within(NodeDatabase database, string text) => (long)(await PostgreSqlServer.ExecuteAsync(database.ConnectionString, text))!;

    private static string Text(PredictionMessage message) =>
        $"{message.Sequence} {message.Part} {message.Status} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(message.Result ?? []))}";
}
