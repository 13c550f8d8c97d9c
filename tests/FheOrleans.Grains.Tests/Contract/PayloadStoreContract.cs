namespace FheOrleans.Grains.Tests;

/// <summary>What every payload store does.</summary>
public abstract class PayloadStoreContract
{
    private protected abstract StoragePlace Open();

    [ContractFact]
    public async Task Write_ThenRead_SameBytes()
    {
        using var place = Open();
        var payload = new byte[3 << 20];
        new Random(1).NextBytes(payload);

        await place.Payloads.WriteAsync("t/o/datasets/d/00000000", payload);

        Assert.Equal(payload, await place.Payloads.ReadAsync("t/o/datasets/d/00000000"));
        Assert.Null(await place.Payloads.ReadAsync("t/o/datasets/d/00000001"));
        Assert.Null(await place.Payloads.ReadAsync("t/o/datasets/d"));
    }

    [ContractFact]
    public async Task Write_SameKey_TakesThePlace()
    {
        using var place = Open();
        await place.Payloads.WriteAsync("a", new byte[] { 1, 2, 3 });
        await place.Payloads.WriteAsync("a", Array.Empty<byte>());

        Assert.Empty((await place.Payloads.ReadAsync("a"))!);
    }

    [ContractFact]
    public async Task Delete_Path_TakesAllBelowAndNothingBeside()
    {
        using var place = Open();
        foreach (var key in new[] { "t/o/d", "t/o/d/1", "t/o/d/2/3", "t/o/d-1", "t/o/d0", "t/o", "t/o/c/1" })
            await place.Payloads.WriteAsync(key, new byte[] { 1 });

        await place.Payloads.DeleteAsync("t/o/d");
        await place.Payloads.DeleteAsync("t/o/nothing");

        Assert.Null(await place.Payloads.ReadAsync("t/o/d"));
        Assert.Null(await place.Payloads.ReadAsync("t/o/d/1"));
        Assert.Null(await place.Payloads.ReadAsync("t/o/d/2/3"));
        foreach (var key in new[] { "t/o/d-1", "t/o/d0", "t/o", "t/o/c/1" }) Assert.NotNull(await place.Payloads.ReadAsync(key));
    }

    [ContractFact]
    public async Task Measure_Path_CountsAllBelow()
    {
        using var place = Open();
        await place.Payloads.WriteAsync("t/o/d/1", new byte[100]);
        await place.Payloads.WriteAsync("t/o/d/2", new byte[23]);
        await place.Payloads.WriteAsync("t/o/d-2", new byte[1000]);

        Assert.Equal(123, await place.Payloads.MeasureAsync("t/o/d"));
        Assert.Equal(0, await place.Payloads.MeasureAsync("t/o/e"));
    }

    [ContractFact]
    public async Task WriteAndRead_ManyAtOnce_EachWhole()
    {
        using var place = Open();

        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(async () =>
        {
            var payload = Enumerable.Repeat((byte)i, 50_000).ToArray();
            await place.Payloads.WriteAsync($"k/{i}", payload);
            Assert.Equal(payload, await place.Payloads.ReadAsync($"k/{i}"));
        })));

        Assert.Equal(32 * 50_000, await place.Payloads.MeasureAsync("k"));
    }
}
