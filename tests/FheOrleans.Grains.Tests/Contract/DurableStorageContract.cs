using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tests;

/// <summary>What every storage does that a node is run on: what it has acknowledged outlives the process, and what is deleted is gone.</summary>
public abstract class DurableStorageContract
{
    private static readonly GrainId Grain = GrainId.Create("sample", "t/o/a");

    private protected abstract DurablePlace Open();

    [ContractTheory, InlineData(false), InlineData(true)]
    public async Task Write_ProcessEndsOrDies_EverythingAcknowledgedIsThere(bool dies)
    {
        var before = Open();
        await before.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new() { Number = 7, Bytes = new byte[300_000] } });
        await before.Payloads.WriteAsync("t/o/x", new byte[3 << 20]);
        Assert.True(await before.Ledgers.AppendAsync("t/o", new(1, Guid.NewGuid(), [1, 2, 3])));

        using var after = dies ? before.Crash() : before.Reopen();

        var record = new GrainState<SampleState>();
        await after.State.ReadStateAsync("s", Grain, record);
        Assert.Equal((7, 300_000), (record.State!.Number, record.State.Bytes!.Length));
        Assert.Equal(3 << 20, (await after.Payloads.ReadAsync("t/o/x"))!.Length);
        Assert.Equal([1, 2, 3], (await after.Ledgers.ReadLastAsync("t/o"))!.Entry);
    }

    [ContractFact]
    public async Task Crash_WhileManyWrite_EachWriteIsThereOrNotAndEachAcknowledgedOneIs()
    {
        var before = Open();
        var acknowledged = new int[8];
        using var stop = new CancellationTokenSource();
        var writing = Enumerable.Range(0, acknowledged.Length).Select(writer => Task.Run(async () =>
        {
            for (var number = 1; !stop.IsCancellationRequested; number++)
            {
                await before.Payloads.WriteAsync($"t/o/{writer}/{number}", Enumerable.Repeat((byte)number, 20_000).ToArray(), CancellationToken.None);
                Volatile.Write(ref acknowledged[writer], number);
            }
        })).ToArray();
        while (acknowledged.Min() < 5) await Task.Yield();
        await stop.CancelAsync();
        await Task.WhenAll(writing);

        using var after = before.Crash();

        for (var writer = 0; writer < acknowledged.Length; writer++)
        {
            for (var number = 1; number <= acknowledged[writer]; number++)
                Assert.Equal(Enumerable.Repeat((byte)number, 20_000), await after.Payloads.ReadAsync($"t/o/{writer}/{number}"));
        }
    }

    [ContractFact]
    public async Task Scrub_AfterDeletionsAndOverwriting_NothingOfThemIsInTheFiles()
    {
        using var place = Open();
        var random = new Random(5);
        var gone = new List<byte[]>();
        var kept = New(5000);
        for (var i = 0; i < 30; i++)
        {
            // Of all sizes: within a page, over several, and between others that stay.
            await place.Payloads.WriteAsync($"t/o/{i}", Remember(New(100 + (i * i * 100))));
            await place.Payloads.WriteAsync($"t/p/{i}", New(3000));
            var record = new GrainState<SampleState> { State = new() { Bytes = Remember(New(50 + (i * 300))) } };
            await place.State.WriteStateAsync("s", GrainId.Create("sample", $"t/o/{i}"), record);
            record.State.Bytes = Remember(New(40 + (i * 200)));
            await place.State.WriteStateAsync("s", GrainId.Create("sample", $"t/o/{i}"), record);
        }
        await place.Payloads.WriteAsync("t/q/1", kept);
        var before = place.Search();
        Assert.Contains(gone, piece => before(piece));

        await place.Payloads.DeleteAsync("t/o");
        await place.Erasure.EraseStateBelowAsync("t/o");
        await place.Erasure.ScrubAsync("t/o");

        var after = place.Search();
        Assert.DoesNotContain(gone, piece => after(piece));
        Assert.True(after(kept[..64]));

        byte[] New(int length)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            return bytes;
        }

        // A piece of the beginning, the middle and the end of each.
        byte[] Remember(byte[] bytes)
        {
            foreach (var at in new[] { 0, (bytes.Length - 32) / 2, bytes.Length - 32 }) gone.Add(bytes[at..(at + 32)]);
            return bytes;
        }
    }
}
