using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Life;

/// <summary>Live forecasts over HTTPS and the hub, with the node killed and started again in the middle.</summary>
public class LiveTests
{
    [Fact]
    public async Task Append_NodeKilledInTheMiddle_EveryForecastComesOnceAndInOrder()
    {
        const int Points = 12;
        using var place = new TemporaryFolder();
        using var farm = LiveFarm.Create();
        var node = await NodeProcess.StartAsync(place["node"]);
        try
        {
            var port = node.Address.Url.Port;
            var joined = await node.JoinAsOwnerAsync("vale", "hill");
            var patient = new NodeClientOptions { FirstRetryWait = TimeSpan.FromMilliseconds(20), LongestRetryWait = TimeSpan.FromMilliseconds(200), Retries = 200 };
            await using var client = node.Client(joined.Token, patient);
            await farm.SubscribeAsync(client, "herd");
            var heard = HearAsync(client, Points - 2);
            for (var point = 1; point <= 5; point++) Assert.True((await farm.AppendAsync(client, "herd", point)).Complete);

            // Nothing is awaited between the answer and the kill: what is not computed yet must be computed after it.
            await node.KillAsync();
            await node.DisposeAsync();
            var appending = Task.Run(async () =>
            {
                for (var point = 6; point <= Points; point++) await farm.AppendAsync(client, "herd", point);
            });
            node = await NodeProcess.StartAsync(place["node"], "--url", $"https://127.0.0.1:{port}");
            await appending;

            var forecasts = await heard;
            Assert.Equal(Enumerable.Range(3, Points - 2), forecasts.Select(message => message.Part));
            Assert.Equal(Enumerable.Range(1, Points - 2), forecasts.Select(message => (int)message.Sequence));
            foreach (var forecast in forecasts) farm.AssertForecast(forecast);
            var description = await client.GetSubscriptionAsync("herd");
            Assert.Equal((SubscriptionStatus.Active, Points), (description.Status, description.Appended));
            Assert.Equal(forecasts[^1].Result, await client.DownloadLiveResultAsync("herd", Points));
        }
        finally
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task Upgrade_OverHttps_ForecastsTheNewestPointByTheNewVersion()
    {
        await using var node = await TestNode.StartAsync();
        var joined = await node.JoinAsync("vale", "hill");
        await using var client = new NodeClient(node.Address, joined.Token);
        using var farm = LiveFarm.Create();
        await farm.SubscribeAsync(client, "herd");
        for (var point = 1; point <= 4; point++) await farm.AppendAsync(client, "herd", point);
        Assert.Equal([3, 4], (await HearAsync(client, 2)).Select(message => message.Part));
        var second = new Networks.Network(3, 1, new Networks.Layers.Dense(0, 1, [0.5, -0.25, 0.5, 0.0]));
        await client.PublishModelAsync("live", second.ToJson(), ModelVisibility.Owner);

        var upgraded = await client.UpgradeSubscriptionAsync("herd", 2);

        Assert.Equal(2, upgraded.Declaration.Version);
        var last = (await HearAsync(client, 3))[^1];
        Assert.Equal((4, 2), (last.Part, last.Version));
        await client.DeleteSubscriptionAsync("herd");
        var gone = await Assert.ThrowsAsync<NodeRefusedException>(() => client.GetSubscriptionAsync("herd"));
        Assert.Equal(ProblemTypes.NotFound, gone.Type);
        Assert.All((await client.GetEventsAsync(0)).Events, message => Assert.Null(message.Result));
    }

    private static async Task<List<PredictionMessage>> HearAsync(NodeClient client, int count)
    {
        using var patience = new CancellationTokenSource(NodeProcess.Patience);
        var heard = new List<PredictionMessage>();
        try
        {
            await foreach (var message in client.ListenAsync(0, patience.Token))
            {
                heard.Add(message);
                if (heard.Count == count) return heard;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Forecast {heard.Count + 1} of {count} did not come within {NodeProcess.Patience}.");
        }
        return heard;
    }
}
