namespace FheOrleans.Grains.Tests;

/// <summary>A data owner cannot read, use or name anything of another: to it, those things do not exist.</summary>
public sealed class IsolationTests
{
    [Fact]
    public async Task AnotherOwner_SameNames_FindsNothing()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        await PredictionTests.InferAsync(platform, "brook", farm.Request());

        await NotFoundAsync("key set", () => platform.KeySet("hill").DescribeAsync());
        await NotFoundAsync("key set", () => platform.KeySet("hill").ReadAsync(KeyObject.PublicKey, 0));
        await NotFoundAsync("key set", () => platform.KeySet("hill").AppendAsync(KeyObject.PublicKey, 0, [1]));
        await NotFoundAsync("dataset", () => platform.Dataset("hill").DescribeAsync());
        await NotFoundAsync("dataset", () => platform.Dataset("hill").ReadChunkAsync(0));
        await NotFoundAsync("dataset", () => platform.Dataset("hill").PutChunkAsync(0, [1]));
        await NotFoundAsync("inference", () => platform.Inference("hill").DescribeAsync());
        await NotFoundAsync("inference", () => platform.Inference("hill").ReadResultAsync(0));
        await NotFoundAsync("inference", () => platform.Inference("hill").CancelAsync());
        await NotFoundAsync("key set", () => platform.Inference("hill").StartAsync(farm.Request()));
        Assert.Empty(await platform.Owner("hill").ReadEventsAsync(0, 16));

        static async Task NotFoundAsync(string what, Func<Task> call) => Assert.Equal(what, (await Assert.ThrowsAsync<NotFoundException>(call)).What);
    }

    [Fact]
    public async Task AnotherOwner_OwnKeysAndNamesThatReachAcross_CannotUseForeignData()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        using var other = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        await other.UploadKeysAsync(platform, "hill");

        await Assert.ThrowsAsync<NotFoundException>(() => platform.Inference("hill").StartAsync(other.Request()));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Inference("hill").StartAsync(other.Request() with { Dataset = "../brook/herd" }));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Inference("hill").StartAsync(other.Request() with { KeySet = "brook/keys" }));
        foreach (var model in new[] { "yield", "a/b/c", "../lab/yield", "", "lab/" })
            await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Inference("brook", "other").StartAsync(farm.Request() with { Model = model }));
        Assert.Throws<InvalidPayloadException>(() => GrainKeys.Dataset("coop", "hill/../brook", "herd"));
    }

    [Fact]
    public async Task NamesThatNobodyHas_AskedFor_DoNotStayInMemory()
    {
        await using var platform = await Platform.StartAsync();
        await platform.Grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork).ResumeAllAsync(); // That one stays.
        var before = await platform.CountActivationsAsync();

        for (var i = 0; i < 50; i++)
        {
            Assert.Null(await platform.Member($"nobody-{i}").AuthenticateAsync(new byte[32]));
            await Assert.ThrowsAsync<NotFoundException>(() => platform.Dataset($"nobody-{i}").DescribeAsync());
            await Assert.ThrowsAsync<NotFoundException>(() => platform.KeySet($"nobody-{i}").DescribeAsync());
            await Assert.ThrowsAsync<NotFoundException>(() => platform.Inference($"nobody-{i}").DescribeAsync());
            await Assert.ThrowsAsync<NotFoundException>(() => platform.Model($"nobody-{i}").DescribeAsync("lab"));
        }

        await Within.Time(Task.Run(async () =>
        {
            while (await platform.CountActivationsAsync() > before) await Task.Yield();
        }), "deactivation of grains that hold nothing");
    }

    [Fact]
    public async Task Result_DecryptedWithAnotherKey_IsNoise()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        using var other = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var events = await PredictionTests.InferAsync(platform, "brook", farm.Request());

        var noise = other.Decrypt(0, events[0].Result!);

        Assert.True(noise.Zip(farm.Clear()).Average(pair => Math.Abs(pair.First - pair.Second)) > 1); // The forecasts are all between -1 and 1.
    }

    [Fact]
    public async Task Model_OfAnotherPublisher_IsThereOnlyWhenItsTenantMayUseIt()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        var (model, json) = (platform.Model("lab"), farm.Network.ToJson());
        Assert.Equal(1, await model.PublishAsync(json, ModelVisibility.Owner));

        Assert.Equal("lab", (await model.DescribeAsync("lab")).Publisher);
        await Assert.ThrowsAsync<NotFoundException>(() => model.DescribeAsync("brook"));
        await Assert.ThrowsAsync<NotFoundException>(() => model.PlanAsync("brook", 1, new() { Form = "herd" }));
        await Assert.ThrowsAsync<NotFoundException>(() => model.ReadNetworkAsync("brook", 1));

        Assert.Equal(1, await model.PublishAsync(json, ModelVisibility.Tenant));
        Assert.Equal(1, (await model.PlanAsync("brook", 1, new() { Form = "herd" })).Version);
    }
}
