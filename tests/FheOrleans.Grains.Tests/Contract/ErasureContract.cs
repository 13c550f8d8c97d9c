using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tests;

/// <summary>What every storage does that deletions need of it.</summary>
public abstract class ErasureContract
{
    private protected abstract StoragePlace Open();

    [ContractFact]
    public async Task EraseStateBelow_Owner_TakesAllBelowAndNothingBeside()
    {
        using var place = Open();
        string[] below = ["t/o/a", "t/o/b/3"], beside = ["t/o", "t/o-2/a", "t/o0/a", "t/p/a", "u/t/o/a"];
        foreach (var (key, type) in below.Concat(beside).SelectMany(key => new[] { (key, "dataset"), (key, "key-set") }))
            await place.State.WriteStateAsync("s", GrainId.Create(type, key), new GrainState<SampleState> { State = new() { Number = 1 } });
        await place.Ledgers.AppendAsync("t/o", new(1, Guid.NewGuid(), [1]));

        await place.Erasure.EraseStateBelowAsync("t/o");

        foreach (var key in below) Assert.False(await IsThereAsync(place, key), key);
        foreach (var key in beside) Assert.True(await IsThereAsync(place, key), key);
        Assert.NotNull(await place.Ledgers.ReadLastAsync("t/o"));
    }

    [ContractFact]
    public async Task EraseStateBelow_RecordThatAnActivationHolds_CannotBeWrittenAgain()
    {
        using var place = Open();
        var (grain, held) = (GrainId.Create("dataset", "t/o/a"), new GrainState<SampleState> { State = new() { Number = 1 } });
        await place.State.WriteStateAsync("s", grain, held);

        await place.Erasure.EraseStateBelowAsync("t/o");

        await Assert.ThrowsAsync<Orleans.Storage.InconsistentStateException>(() => place.State.WriteStateAsync("s", grain, held));
        Assert.False(await IsThereAsync(place, "t/o/a"));
    }

    [ContractFact]
    public async Task Scrub_WhileOthersReadAndWrite_WaitsForNobodyForEver()
    {
        using var place = Open();
        var work = Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            for (var round = 0; round < 20; round++)
            {
                await place.Payloads.WriteAsync($"t/o/{i}", new byte[1000]);
                Assert.NotNull(await place.Payloads.ReadAsync($"t/o/{i}"));
            }
        }));

        await Within.Time(Task.WhenAll(work.Append(Task.Run(async () =>
        {
            for (var round = 0; round < 5; round++) await place.Erasure.ScrubAsync("t/o");
        }))), "reading, writing and scrubbing beside each other");
    }

    [ContractFact]
    public async Task Scrub_ManyAtOnceAmongReads_AllEnd()
    {
        using var place = Open();
        await place.Payloads.WriteAsync("t/o/kept", new byte[1000]);
        var scrubs = Enumerable.Range(0, 6).Select(i => Task.Run(async () =>
        {
            for (var round = 0; round < 3; round++)
            {
                await place.Payloads.WriteAsync($"t/{i}/gone", new byte[1000]);
                await place.Payloads.DeleteAsync($"t/{i}");
                await place.Erasure.ScrubAsync($"t/{i}");
                Assert.NotNull(await place.Payloads.ReadAsync("t/o/kept"));
            }
        }));

        await Within.Time(Task.WhenAll(scrubs), "many scrubs beside each other");
    }

    private static async Task<bool> IsThereAsync(StoragePlace place, string key)
    {
        var record = new GrainState<SampleState>();
        await place.State.ReadStateAsync("s", GrainId.Create("dataset", key), record);
        return record.RecordExists;
    }
}
