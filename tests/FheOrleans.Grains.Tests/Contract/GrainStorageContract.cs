using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>What every grain storage does.</summary>
public abstract class GrainStorageContract
{
    private protected abstract StoragePlace Open();

    private static readonly GrainId Grain = GrainId.Create("sample", "tenant/owner/one");

    [ContractFact]
    public async Task Read_NothingStored_NewValueWithoutVersion()
    {
        using var place = Open();
        var record = new GrainState<SampleState> { State = new() { Number = 7 }, ETag = "left over", RecordExists = true };

        await place.State.ReadStateAsync("s", Grain, record);

        Assert.Equal((0, null, false), (record.State!.Number, record.ETag, record.RecordExists));
    }

    [ContractFact]
    public async Task Write_ThenRead_SameValueAndVersion()
    {
        using var place = Open();
        var written = new GrainState<SampleState> { State = new() { Number = 7, Bytes = [1, 2, 3] } };
        await place.State.WriteStateAsync("s", Grain, written);

        var read = await ReadAsync(place.State);

        Assert.Equal(7, read.State!.Number);
        Assert.Equal([1, 2, 3], read.State.Bytes);
        Assert.Equal((written.ETag, true), (read.ETag, read.RecordExists));
        Assert.NotNull(read.ETag);
    }

    [ContractFact]
    public async Task Write_OtherNameOrGrain_IsAnotherRecord()
    {
        using var place = Open();
        await place.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new() { Number = 1 } });
        await place.State.WriteStateAsync("t", Grain, new GrainState<SampleState> { State = new() { Number = 2 } });
        await place.State.WriteStateAsync("s", GrainId.Create("sample", "tenant/owner/two"), new GrainState<SampleState> { State = new() { Number = 3 } });

        Assert.Equal(1, (await ReadAsync(place.State)).State!.Number);
    }

    [ContractFact]
    public async Task Write_VersionNotTheStoredOne_InconsistentStateException()
    {
        using var place = Open();
        await place.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new() { Number = 1 } });
        var (first, second) = (await ReadAsync(place.State), await ReadAsync(place.State));
        await place.State.WriteStateAsync("s", Grain, first);

        var failure = await Assert.ThrowsAsync<InconsistentStateException>(() => place.State.WriteStateAsync("s", Grain, second));

        Assert.Equal((first.ETag, second.ETag), (failure.StoredEtag, failure.CurrentEtag));
        await Assert.ThrowsAsync<InconsistentStateException>(() => place.State.ClearStateAsync("s", Grain, second));
        await Assert.ThrowsAsync<InconsistentStateException>(() => place.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new() }));
    }

    [ContractFact]
    public async Task Write_ManyWritersAtOnce_ExactlyOneWinsEachRound()
    {
        using var place = Open();
        await place.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new() });
        var wins = 0;

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 10; round++)
            {
                var record = await ReadAsync(place.State);
                record.State!.Number++;
                try
                {
                    await place.State.WriteStateAsync("s", Grain, record);
                    Interlocked.Increment(ref wins);
                }
                catch (InconsistentStateException)
                {
                    // Somebody else was first; nothing of ours may be stored.
                }
            }
        })));

        Assert.Equal(wins, (await ReadAsync(place.State)).State!.Number);
    }

    [ContractFact]
    public async Task Clear_ThenWriteWithTheOldVersion_Refused()
    {
        using var place = Open();
        var record = new GrainState<SampleState> { State = new() { Number = 1 } };
        await place.State.WriteStateAsync("s", Grain, record);
        var stale = await ReadAsync(place.State);

        await place.State.ClearStateAsync("s", Grain, record);

        Assert.Equal((0, null, false), (record.State!.Number, record.ETag, record.RecordExists));
        await place.State.ClearStateAsync("s", Grain, record);
        await place.State.WriteStateAsync("s", Grain, record);
        await Assert.ThrowsAsync<InconsistentStateException>(() => place.State.WriteStateAsync("s", Grain, stale));
    }

    private static async Task<GrainState<SampleState>> ReadAsync(IGrainStorage storage)
    {
        var record = new GrainState<SampleState>();
        await storage.ReadStateAsync("s", Grain, record);
        return record;
    }
}
