using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;
using Npgsql;

namespace FheOrleans.Node.Tests.Life;

/// <summary>What docs/operations.md says about backups of PostgreSQL, done.</summary>
public class BackupTests
{
    [PostgreSqlFact]
    public async Task Restore_DumpOfARunningNode_AnswersTheSameAndGoesOn()
    {
        using var place = new TemporaryFolder();
        using var database = await NodeDatabase.CreateAsync();
        string token;
        TestFarm farm;
        IReadOnlyList<PredictionMessage> before;
        await using (var node = await NodeProcess.StartAsync(place["node"], "--database", database.File))
        {
            token = (await node.JoinAsOwnerAsync("vale", "hill")).Token;
            await using var client = node.Client(token);
            farm = await TestFarm.PaperAsync(client);
            await farm.UploadKeysAsync(client);
            await farm.UploadDataAsync(client);
            await client.StartInferenceAsync("july", farm.Request);
            before = await client.ListenToEndAsync(after: 0, "july");
            await database.Server.RunAsync("pg_dump", "--format=custom", $"--file={place["dump"]}", $"--dbname={NameOf(database.ConnectionString)}");
            await client.StartInferenceAsync("after-the-backup", farm.Request);
            await node.StopAsync();
        }

        var restored = await database.Server.CreateDatabaseAsync("template0");
        await database.Server.RunAsync("pg_restore", "--exit-on-error", "--single-transaction", $"--dbname={NameOf(restored)}", place["dump"]);
        PostgreSqlServer.WriteConnectionFile(database.File, restored);

        await using var again = await NodeProcess.StartAsync(place["node"], "--database", database.File);
        await using var returned = again.Client(token);
        var after = await returned.ListenToEndAsync(after: 0, "july");
        Assert.Equal(before.Select(message => (message.Sequence, message.Part, message.Status)), after.Select(message => (message.Sequence, message.Part, message.Status)));
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First.Result, pair.Second.Result));
        Assert.Equal(["july"], (await returned.GetMeAsync()).Inferences);
        await returned.StartInferenceAsync("august", farm.Request);
        WholeLifeTests.AssertForecasts(farm, await returned.ListenToEndAsync(after: before[^1].Sequence, "august"));
        farm.Dispose();
    }

    private static string NameOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;
}
