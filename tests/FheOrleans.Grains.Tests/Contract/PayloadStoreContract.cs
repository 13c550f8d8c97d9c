namespace FheOrleans.Grains.Tests;

/// <summary>What every payload store does.</summary>
public sealed class PayloadStoreContract
{
    [Theory, InlineData("memory"), InlineData("sqlite")]
    public async Task Write_ThenRead_SameBytes(string implementation)
    {
        using var place = StoragePlace.Open(implementation);
        var payload = new byte[3 << 20];
        new Random(1).NextBytes(payload);

        await place.Payloads.WriteAsync("t/o/datasets/d/00000000", payload);

        Assert.Equal(payload, await place.Payloads.ReadAsync("t/o/datasets/d/00000000"));
        Assert.Null(await place.Payloads.ReadAsync("t/o/datasets/d/00000001"));
        Assert.Null(await place.Payloads.ReadAsync("t/o/datasets/d"));
    }

    [Theory, InlineData("memory"), InlineData("sqlite")]
    public async Task Write_SameKey_TakesThePlace(string implementation)
    {
        using var place = StoragePlace.Open(implementation);
        await place.Payloads.WriteAsync("a", new byte[] { 1, 2, 3 });
        await place.Payloads.WriteAsync("a", Array.Empty<byte>());

        Assert.Empty((await place.Payloads.ReadAsync("a"))!);
    }

    [Theory, InlineData("memory"), InlineData("sqlite")]
    public async Task Delete_Path_TakesAllBelowAndNothingBeside(string implementation)
    {
        using var place = StoragePlace.Open(implementation);
        foreach (var key in new[] { "t/o/d", "t/o/d/1", "t/o/d/2/3", "t/o/d-1", "t/o/d0", "t/o", "t/o/c/1" })
            await place.Payloads.WriteAsync(key, new byte[] { 1 });

        await place.Payloads.DeleteAsync("t/o/d");
        await place.Payloads.DeleteAsync("t/o/nothing");

        Assert.Null(await place.Payloads.ReadAsync("t/o/d"));
        Assert.Null(await place.Payloads.ReadAsync("t/o/d/1"));
        Assert.Null(await place.Payloads.ReadAsync("t/o/d/2/3"));
        foreach (var key in new[] { "t/o/d-1", "t/o/d0", "t/o", "t/o/c/1" }) Assert.NotNull(await place.Payloads.ReadAsync(key));
    }

    [Theory, InlineData("memory"), InlineData("sqlite")]
    public async Task Measure_Path_CountsAllBelow(string implementation)
    {
        using var place = StoragePlace.Open(implementation);
        await place.Payloads.WriteAsync("t/o/d/1", new byte[100]);
        await place.Payloads.WriteAsync("t/o/d/2", new byte[23]);
        await place.Payloads.WriteAsync("t/o/d-2", new byte[1000]);

        Assert.Equal(123, await place.Payloads.MeasureAsync("t/o/d"));
        Assert.Equal(0, await place.Payloads.MeasureAsync("t/o/e"));
    }

    [Theory, InlineData("memory"), InlineData("sqlite")]
    public async Task WriteAndRead_ManyAtOnce_EachWhole(string implementation)
    {
        using var place = StoragePlace.Open(implementation);

        await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(async () =>
        {
            var payload = Enumerable.Repeat((byte)i, 50_000).ToArray();
            await place.Payloads.WriteAsync($"k/{i}", payload);
            Assert.Equal(payload, await place.Payloads.ReadAsync($"k/{i}"));
        })));

        Assert.Equal(32 * 50_000, await place.Payloads.MeasureAsync("k"));
    }

    [Theory, InlineData("sqlite")]
    public async Task Write_ProcessEnds_IsThere(string implementation)
    {
        var before = StoragePlace.Open(implementation);
        await before.Payloads.WriteAsync("a/b", new byte[] { 4, 5 });

        using var after = before.Reopen()!;

        Assert.Equal(new byte[] { 4, 5 }, await after.Payloads.ReadAsync("a/b"));
    }
}
