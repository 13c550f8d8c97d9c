using System.Net;
using System.Net.Http.Json;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>What a service manager and a load balancer ask of a node.</summary>
public sealed class HealthTests : IAsyncLifetime
{
    private TestNode _node = null!;

    public async Task InitializeAsync() => _node = await TestNode.StartAsync();

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Theory, InlineData(Routes.Health, NodeCondition.Ready), InlineData(Routes.HealthReady, NodeCondition.Ready), InlineData(Routes.HealthLive, NodeCondition.Live)]
    public async Task Health_RunningNode_Is200(string path, NodeCondition expected)
    {
        using var http = _node.Http();

        var health = await http.GetFromJsonAsync<NodeHealth>(path, ContractJson.Options);

        Assert.Equal(expected, health!.Status);
    }

    [Fact]
    public async Task Ready_StorageTakesNoWrite_Is503UntilItDoes()
    {
        using var http = _node.Http();
        // Another process at the database, a backup that went wrong for instance, holds its write lock.
        using var other = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _node.Database, Pooling = false }.ToString());
        other.Open();
        using (var held = other.BeginTransaction(deferred: false))
        {
            using var refused = await http.GetAsync(Routes.HealthReady);
            var problem = await refused.Content.ReadFromJsonAsync<ProblemBody>(ContractJson.Options);
            Assert.Equal((HttpStatusCode.ServiceUnavailable, ProblemTypes.Busy), (refused.StatusCode, problem!.Type));
            Assert.Equal("Not ready: failing", problem.Title);
            Assert.NotNull(refused.Headers.RetryAfter);
            using var alive = await http.GetAsync(Routes.HealthLive);
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
            held.Rollback();
        }

        using var again = await http.GetAsync(Routes.HealthReady);

        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Drain_ByTheOperator_TakesNoNewInferenceUntilItEnds()
    {
        await using var byOperator = new NodeClient(_node.Address, _node.OperatorToken);
        var hill = await _node.JoinAsync("vale", "hill");
        await using var owner = new NodeClient(_node.Address, hill.Token);
        using var farm = await TestFarm.LinearAsync(owner, windows: 100);
        await farm.UploadKeysAsync(owner);
        await farm.UploadDataAsync(owner);

        var drained = await byOperator.DrainAsync(on: true);

        Assert.True(drained.Draining && drained.Since is not null);
        Assert.Equal(0, drained.UnfinishedJobs);
        using var asOwner = _node.Http(hill.Token);
        var notReady = await Assert.ThrowsAsync<NodeRefusedException>(() => byOperator.GetHealthAsync());
        Assert.Contains("drains", notReady.Message, StringComparison.Ordinal);
        using var start = await asOwner.PutAsJsonAsync(Routes.InferenceOf("july"), farm.Request, ContractJson.Options);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, start.StatusCode);
        Assert.NotNull(start.Headers.RetryAfter);
        // What is no new work goes on.
        Assert.True((await owner.GetDatasetAsync(TestFarm.Dataset)).Complete);

        Assert.False((await byOperator.DrainAsync(on: false)).Draining);

        await owner.StartInferenceAsync("july", farm.Request);
        Assert.Equal(PredictionStatus.Completed, (await owner.ListenToEndAsync(0, "july"))[^1].Status);
    }
}
