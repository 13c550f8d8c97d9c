using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Life;

/// <summary>A node with two addresses loses one, with all its connections: who uses it notices nothing.</summary>
public sealed class FailoverTests
{
    [Fact]
    public async Task Requests_AddressInUseDies_GoOnAtTheOther()
    {
        await using var node = await TestNode.StartAsync();
        var hill = await node.JoinAsync("vale", "hill");
        using TcpFront first = new(node.Address.Url), second = new(node.Address.Url);
        await using var client = new NodeClient(Both(node, first, second), hill.Token, new NodeClientOptions { Retries = 0 });
        await client.GetMeAsync();
        var (used, other) = first.Connections > 0 ? (first, second) : (second, first);
        Assert.Equal(0, other.Connections);

        used.Kill();
        await client.GetMeAsync();
        using var farm = await TestFarm.LinearAsync(client, windows: 100);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);
        await client.StartInferenceAsync("july", farm.Request);

        Assert.Equal(PredictionStatus.Completed, (await client.ListenToEndAsync(0, "july"))[^1].Status);
        Assert.True(other.Connections > 0);
    }

    [Fact]
    public async Task Listen_AddressInUseDies_HearsEverythingOnceAndInOrder()
    {
        await using var node = await TestNode.StartAsync();
        var hill = await node.JoinAsync("vale", "hill");
        using TcpFront first = new(node.Address.Url), second = new(node.Address.Url);
        await using var listener = new NodeClient(Both(node, first, second), hill.Token);
        await using var starter = new NodeClient(node.Address, hill.Token);
        using var farm = await TestFarm.LinearAsync(starter, windows: 5_000);
        await farm.UploadKeysAsync(starter);
        await farm.UploadDataAsync(starter);
        await starter.StartInferenceAsync("one", farm.Request);
        using var patience = new CancellationTokenSource(NodeProcess.Patience);
        var heard = new List<long>();

        await foreach (var message in listener.ListenAsync(after: 0, patience.Token))
        {
            heard.Add(message.Sequence);
            if (message is { Inference: "one", Status: PredictionStatus.Completed })
            {
                // The listener stands in its loop; what happens now it is told by the other address.
                (first.Connections > 0 ? first : second).Kill();
                await starter.StartInferenceAsync("two", farm.Request);
            }
            if (message is { Inference: "two", Status: PredictionStatus.Completed }) break;
        }

        Assert.Equal(Enumerable.Range(1, heard.Count).Select(number => (long)number), heard);
        Assert.Equal(2 * (farm.Batches + 1), heard.Count);
    }

    [Fact]
    public async Task Requests_NoAddressAnswers_SaySo()
    {
        await using var node = await TestNode.StartAsync();
        using TcpFront first = new(node.Address.Url), second = new(node.Address.Url);
        first.Kill();
        second.Kill();
        await using var client = new NodeClient(Both(node, first, second), token: null);

        var fault = await Assert.ThrowsAsync<NodeUnreachableException>(() => client.GetHealthAsync());

        Assert.False(fault.WasSent);
        Assert.Contains(fault.Url, client.Address.Urls);
    }

    [Fact]
    public async Task Join_AddressThatCannotBeReached_IsSentToTheOther()
    {
        await using var node = await TestNode.StartAsync();
        using TcpFront dead = new(node.Address.Url), alive = new(node.Address.Url);
        dead.Kill();
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);
        await byOperator.CreateTenantAsync("vale");
        // Whichever a client begins with: one in 2^8 times all of them begin with the one that is alive.
        for (var farm = 0; farm < 8; farm++)
        {
            var code = await byOperator.InviteAsync("vale", $"farm-{farm}");
            await using var stranger = new NodeClient(Both(node, dead, alive), token: null);
            Assert.Equal($"farm-{farm}", (await stranger.JoinAsync(code)).Owner);
        }
    }

    private static NodeAddress Both(TestNode node, TcpFront first, TcpFront second) => new([first.Url, second.Url], node.Address.CertificateSha256);
}
