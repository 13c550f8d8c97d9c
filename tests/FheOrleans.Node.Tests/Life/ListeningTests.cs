using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Life;

public class ListeningTests
{
    [Fact]
    public async Task Listen_ClientWasAway_HearsEverythingOnceAndInOrder()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        var owner = await node.JoinAsOwnerAsync("vale", "hill");
        await using var client = node.Client(owner.Token);
        using var farm = await TestFarm.LinearAsync(client, windows: 9_000);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);
        await client.StartInferenceAsync("one", farm.Request);
        var first = await client.ListenToEndAsync(after: 0, "one");
        var last = first[^1].Sequence;

        // This client is away while the second one runs; another of the same owner says when it has ended.
        await client.StartInferenceAsync("two", farm.Request);
        await using (var other = node.Client(owner.Token)) await other.ListenToEndAsync(last, "two");
        var missed = await client.ListenToEndAsync(last, "two");
        var all = await client.ListenToEndAsync(after: 0, "two");

        Assert.Equal(farm.Batches + 1, missed.Count);
        Assert.Equal(Numbers(last + 1, missed.Count), missed.Select(message => message.Sequence));
        Assert.Equal(Numbers(1, first.Count + missed.Count), all.Select(message => message.Sequence));
        Assert.Equal(Enumerable.Range(0, farm.Batches), missed.Where(message => message.Result is not null).Select(message => message.Part).Order());
        WholeLifeTests.AssertForecasts(farm, missed);
    }

    [Fact]
    public async Task Listen_WhileItHappens_HearsItAsItHappens()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        await using var client = await node.JoinAsync("vale", "hill");
        using var farm = await TestFarm.LinearAsync(client, windows: 9_000);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);

        var listeners = Enumerable.Range(0, 3).Select(_ => client.ListenToEndAsync(after: 0, "live")).ToList();
        await client.StartInferenceAsync("live", farm.Request);

        foreach (var heard in await Task.WhenAll(listeners)) Assert.Equal(Numbers(1, farm.Batches + 1), heard.Select(message => message.Sequence));
    }

    [Fact]
    public async Task Listen_NodeRestartsMeanwhile_GoesOnWhereItWas()
    {
        using var place = new TemporaryFolder();
        using var patience = new CancellationTokenSource(NodeProcess.Patience);
        var node = await NodeProcess.StartAsync(place["node"]);
        var owner = await node.JoinAsOwnerAsync("vale", "hill");
        await using var client = node.Client(owner.Token);
        using var farm = await TestFarm.LinearAsync(client, windows: 5_000);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);
        await client.StartInferenceAsync("one", farm.Request);
        var heard = new List<long>();

        await foreach (var message in client.ListenAsync(after: 0, patience.Token))
        {
            heard.Add(message.Sequence);
            if (message is { Inference: "one", Status: PredictionStatus.Completed })
            {
                // The listener stands in its loop, connected; the node goes away under it and comes back at the same address.
                Assert.Equal(0, await node.StopAsync());
                await node.DisposeAsync();
                node = await NodeProcess.StartAsync(place["node"], "--url", client.Address.Url.ToString());
                await client.StartInferenceAsync("two", farm.Request);
            }
            if (message is { Inference: "two", Status: PredictionStatus.Completed }) break;
        }

        Assert.Equal(Numbers(1, 2 * (farm.Batches + 1)), heard);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task Events_PageByPage_AreTheSameAsHeard()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        await using var client = await node.JoinAsync("vale", "hill");
        using var farm = await TestFarm.LinearAsync(client, windows: 9_000);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);
        await client.StartInferenceAsync("one", farm.Request);
        var heard = await client.ListenToEndAsync(after: 0, "one");

        var read = new List<PredictionMessage>();
        PredictionPage page;
        do
        {
            page = await client.GetEventsAsync(read.Count == 0 ? 0 : read[^1].Sequence);
            read.AddRange(page.Events);
        }
        while (page.More);

        Assert.Equal(heard.Select(message => (message.Sequence, message.Status, message.Part)), read.Select(message => (message.Sequence, message.Status, message.Part)));
        Assert.Equal(heard.Select(message => message.Result), read.Select(message => message.Result));
    }

    [Fact]
    public async Task Listen_WithoutAGoodToken_IsRefusedAndSaysWhy()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        await using var stranger = node.Client("fo.vale.hill.0000");

        var fault = await Assert.ThrowsAsync<NodeRefusedException>(async () =>
        {
            await foreach (var message in stranger.ListenAsync(0)) Assert.Fail($"Heard event {message.Sequence}.");
        });

        Assert.Equal(ProblemTypes.Unauthenticated, fault.Type);
    }

    private static IEnumerable<long> Numbers(long from, int count) => Enumerable.Range(0, count).Select(offset => from + offset);
}
