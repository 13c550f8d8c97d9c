using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;

namespace FheOrleans.Node.Tests.Life;

/// <summary>A node that keeps everything in PostgreSQL, a real process over a real server.</summary>
public class PostgresNodeTests
{
    [PostgreSqlFact]
    public async Task Node_OnPostgreSqlKilledWithAnInferenceAccepted_FinishesItAfterTheNextStart()
    {
        using var place = new TemporaryFolder();
        using var database = await NodeDatabase.CreateAsync();
        string token;
        TestFarm farm;
        await using (var node = await NodeProcess.StartAsync(place["node"], "--database", database.File, "--log", "Trace"))
        {
            token = (await node.JoinAsOwnerAsync("vale", "hill")).Token;
            await using var client = node.Client(token);
            farm = await TestFarm.PaperAsync(client);
            await farm.UploadKeysAsync(client);
            await farm.UploadDataAsync(client);
            await client.StartInferenceAsync("july", farm.Request);
            await node.KillAsync();
            // Even at its most talkative the log has nothing of how one gets into the database.
            Assert.DoesNotContain(database.Server.Password, node.Log, StringComparison.Ordinal);
        }
        Assert.False(File.Exists(Path.Combine(place["node"], "node.sqlite")));

        await using var again = await NodeProcess.StartAsync(place["node"], "--database", database.File);
        await using var returned = again.Client(token);
        var heard = await returned.ListenToEndAsync(after: 0, "july");

        WholeLifeTests.AssertForecasts(farm, heard);
        Assert.Equal(Enumerable.Range(1, heard.Count).Select(number => (long)number), heard.Select(message => message.Sequence));
        foreach (var message in heard.Where(message => message.Result is not null)) Assert.Equal(message.Result, await returned.DownloadResultAsync("july", message.Part));
        farm.Dispose();
    }

    [PostgreSqlFact]
    public async Task Node_ServerKilledWhileItComputes_IsNotReadyMeanwhileAndLosesNothing()
    {
        using var place = new TemporaryFolder();
        await using var server = await PostgreSqlServer.StartAsync();
        using var database = await NodeDatabase.CreateAsync(server);
        await using var node = await NodeProcess.StartAsync(place["node"], "--database", database.File);
        await using var client = await node.JoinAsync("vale", "hill");
        using var farm = await TestFarm.LinearAsync(client, windows: 20_000);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);
        await client.StartInferenceAsync("july", farm.Request);

        await server.KillAsync();
        var reason = await UntilAsync(async () => await ReasonOf(client) is { Length: > 0 } said ? said : null);
        await server.StartAgainAsync();

        Assert.Contains("check", reason, StringComparison.Ordinal);
        await UntilAsync(async () => await ReasonOf(client) is "" ? "ready" : null);
        var heard = await client.ListenToEndAsync(after: 0, "july");
        WholeLifeTests.AssertForecasts(farm, heard);
        Assert.Equal(Enumerable.Range(1, farm.Batches + 1).Select(number => (long)number), heard.Select(message => message.Sequence));

        static async Task<string> ReasonOf(NodeClient client)
        {
            try
            {
                await client.GetHealthAsync();
                return "";
            }
            catch (NodeRefusedException refused)
            {
                return refused.Message;
            }
        }
    }

    [PostgreSqlFact]
    public async Task Start_DatabaseOfARunningNode_IsRefusedAndSaysByWhom()
    {
        using var place = new TemporaryFolder();
        using var database = await NodeDatabase.CreateAsync();
        await using var node = await NodeProcess.StartAsync(place["node"], "--database", database.File);

        var (exit, _, error) = await NodeProcess.RunAsync("--data", place["second"], "--database", database.File, "--log", "None");

        Assert.Equal(1, exit);
        Assert.Contains("Another node uses the database", error, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", error, StringComparison.Ordinal);
        Assert.Equal(0, await node.StopAsync());
        await using var next = await NodeProcess.StartAsync(place["node"], "--database", database.File);
    }

    [PostgreSqlFact]
    public async Task Start_DatabaseOfACluster_IsRefused()
    {
        using var place = new TemporaryFolder();
        using var database = await NodeDatabase.CreateAsync();
        await PostgreSqlServer.ExecuteAsync(database.ConnectionString, "CREATE SCHEMA fheorleans_marten; CREATE TABLE fheorleans_marten.mt_events ()");

        var (exit, _, error) = await NodeProcess.RunAsync("--data", place["node"], "--database", database.File);

        Assert.Equal(1, exit);
        Assert.Contains("is a cluster's", error, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Start_FolderOfANodeOnPostgreSqlWithoutDatabase_IsRefused()
    {
        using var place = new TemporaryFolder();
        using var database = await NodeDatabase.CreateAsync();
        await using (var node = await NodeProcess.StartAsync(place["node"], "--database", database.File)) await node.StopAsync();

        var (exit, _, error) = await NodeProcess.RunAsync("--data", place["node"]);

        Assert.Equal(1, exit);
        Assert.Contains("start it with --database", error, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Start_WrongPassword_SaysWhatToLookAtAndNotThePassword()
    {
        using var place = new TemporaryFolder();
        using var database = await NodeDatabase.CreateAsync();
        PostgreSqlServer.WriteConnectionFile(database.File, database.ConnectionString.Replace(database.Server.Password, "not-the-password", StringComparison.Ordinal));

        var (exit, output, error) = await NodeProcess.RunAsync("--data", place["node"], "--database", database.File, "--log", "Trace");

        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("the account or its password is refused", error, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-password", error, StringComparison.Ordinal);
    }

    [PostgreSqlTheory]
    [InlineData("Host=127.0.0.1;Database=d;Username=u;Password=half;of-a-password")]
    [InlineData("Host=127.0.0.1;Username=u;Password=of-a-password")]
    [InlineData("postgres://u:of-a-password@127.0.0.1/d")]
    public async Task Start_NoConnectionString_SaysWhatIsExpectedAndNothingOfIt(string text)
    {
        using var place = new TemporaryFolder();
        PostgreSqlServer.WriteConnectionFile(place["connection"], text);

        var (exit, _, error) = await NodeProcess.RunAsync("--data", place["node"], "--database", place["connection"]);

        Assert.Equal(1, exit);
        Assert.Contains("expected one line 'Host=", error, StringComparison.Ordinal);
        Assert.DoesNotContain("of-a-password", error, StringComparison.Ordinal);
    }

    private static async Task<string> UntilAsync(Func<Task<string?>> ask)
    {
        var begun = System.Diagnostics.Stopwatch.GetTimestamp();
        while (true)
        {
            if (await ask() is { } answer) return answer;
            if (System.Diagnostics.Stopwatch.GetElapsedTime(begun) > NodeProcess.Patience) throw new TimeoutException("The node's readiness did not change.");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }
}
