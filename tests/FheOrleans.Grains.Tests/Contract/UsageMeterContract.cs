using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tests;

/// <summary>What every storage says of what a tenant uses: exactly what it holds, of this tenant and of no other.</summary>
public abstract class UsageMeterContract
{
    // Grains' types as the host names them, of the classes whose records count.
    private const string KeySets = "keyset";
    private const string Datasets = "dataset";

    private protected abstract StoragePlace Open();

    [ContractFact]
    public async Task Measure_TenantOfNothing_Nothing()
    {
        using var place = Open();

        Assert.Equal(new StoredUsage(), await place.Meter.MeasureAsync("coop"));
    }

    [ContractFact]
    public async Task Measure_Payloads_AreCountedByTheirLengths()
    {
        using var place = Open();
        await place.Payloads.WriteAsync("coop/brook/datasets/herd/0", new byte[100_000]);
        await place.Payloads.WriteAsync("coop/hill/inferences/july/0", new byte[23]);
        await place.Payloads.WriteAsync("coop/hill/inferences/july/0", new byte[20]); // In place of the other.
        await place.Payloads.WriteAsync("coop/hill/inferences/july/1", Array.Empty<byte>());

        Assert.Equal(new StoredUsage { Bytes = 100_020 }, await place.Meter.MeasureAsync("coop"));
        await place.Payloads.DeleteAsync("coop/brook");
        Assert.Equal(new StoredUsage { Bytes = 20 }, await place.Meter.MeasureAsync("coop"));
    }

    [ContractFact]
    public async Task Measure_Records_CountsDeclaredThingsAndTheKeysBytes()
    {
        using var place = Open();
        var (declared, material) = (await WriteAsync(place, KeySets, "coop/brook/keys", "key-set"), await WriteAsync(place, KeySets, "coop/brook/keys", "public-key", 4000));
        await WriteAsync(place, KeySets, "coop/hill/keys", "key-set");
        await WriteAsync(place, Datasets, "coop/brook/herd", "dataset", 4000); // Small beside its chunks: not counted in bytes.
        await WriteAsync(place, "inference", "coop/brook/july", "inference", 4000);

        var all = await place.Meter.MeasureAsync("coop");
        Assert.Equal((2, 1), (all.KeySets, all.Datasets));
        Assert.InRange(all.Bytes, 4000, 6000);

        await place.State.ClearStateAsync("public-key", GrainId.Create(KeySets, "coop/brook/keys"), material);
        await place.State.ClearStateAsync("key-set", GrainId.Create(KeySets, "coop/brook/keys"), declared);
        var left = await place.Meter.MeasureAsync("coop");
        Assert.Equal((1, 1), (left.KeySets, left.Datasets));
        Assert.InRange(left.Bytes, 1, 1000);
    }

    [ContractFact]
    public async Task Measure_TenantsWhoseNamesBeginAlike_AreKeptApart()
    {
        using var place = Open();
        foreach (var (tenant, bytes) in new[] { ("coop", 1), ("coop-2", 20), ("coop0", 300), ("co", 4000) })
        {
            await place.Payloads.WriteAsync($"{tenant}/brook/datasets/herd/0", new byte[bytes]);
            await WriteAsync(place, Datasets, $"{tenant}/brook/herd", "dataset");
        }

        Assert.Equal(new StoredUsage { Bytes = 1, Datasets = 1 }, await place.Meter.MeasureAsync("coop"));
        Assert.Equal(new StoredUsage { Bytes = 20, Datasets = 1 }, await place.Meter.MeasureAsync("coop-2"));
    }

    [ContractFact]
    public async Task Measure_NoName_InvalidPayload()
    {
        using var place = Open();

        await Assert.ThrowsAsync<InvalidPayloadException>(() => place.Meter.MeasureAsync("coop/brook"));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => place.Meter.MeasureAsync("%"));
    }

    private static async Task<GrainState<SampleState>> WriteAsync(StoragePlace place, string type, string key, string name, int bytes = 0)
    {
        var record = new GrainState<SampleState> { State = new() { Number = 1, Bytes = new byte[bytes] } };
        await place.State.WriteStateAsync(name, GrainId.Create(type, key), record);
        return record;
    }
}
