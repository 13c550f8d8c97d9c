using FheOrleans.Client.Nodes;
using FheOrleans.Grains;
using FheOrleans.Node.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Orleans;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>Many events through the real hub and the real grain, published straight to the grain: no circuit has to run for them.</summary>
public class EventStreamTests
{
    private const int Events = 300;
    private const int ResultBytes = 32 << 10;

    [Fact]
    public async Task ListenAsync_PublishedWhileReadSlowlyBySeveral_EachHearsAllOnceAndInOrder()
    {
        await using var node = await TestNode.StartAsync();
        var owner = await node.JoinAsync("vale", "hill");
        var grain = node.Application.Services.GetRequiredService<IGrainFactory>().GetGrain<IDataOwnerGrain>(GrainKeys.DataOwner("vale", "hill"));
        await PublishAsync(grain, 0, Events / 3);

        using var patience = new CancellationTokenSource(NodeProcess.Patience);
        var listeners = new[] { 0, 1, Events / 3, Events / 2 }.Select(after => ListenAsync(node, owner.Token, after, patience.Token)).ToList();
        await PublishAsync(grain, Events / 3, Events);

        foreach (var listener in listeners)
        {
            var (after, heard) = await listener;
            Assert.Equal(Enumerable.Range(after + 1, Events - after).Select(number => (long)number), heard);
        }
    }

    private static async Task PublishAsync(IDataOwnerGrain grain, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            await grain.PublishEventAsync(new PredictionEvent
            {
                Inference = $"i{i}",
                State = PredictionState.PartCompleted,
                Part = 0,
                Parts = 1,
                KeySet = "k",
                Model = "hill/m",
                Version = 1,
                Result = Result(i + 1),
            });
        }
    }

    private static async Task<(int After, List<long> Heard)> ListenAsync(TestNode node, string token, int after, CancellationToken patience)
    {
        await using var client = new NodeClient(node.Address, token);
        var heard = new List<long>();
        await foreach (var message in client.ListenAsync(after, patience))
        {
            heard.Add(message.Sequence);
            // The log keeps where a result rests, and an inference would have put it there: here only what is pushed has one.
            if (message.Result is { } result) Assert.Equal(Result(message.Sequence), result);
            await Task.Yield();
            if (message.Sequence == Events) break;
        }
        return (after, heard);
    }

    private static byte[] Result(long sequence)
    {
        var result = new byte[ResultBytes];
        Array.Fill(result, (byte)sequence);
        return result;
    }
}
