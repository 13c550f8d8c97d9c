using System.Security.Cryptography;

namespace FheOrleans.Grains.Tests;

/// <summary>Live forecasts from end to end, in one process: subscribe, append, hear, decrypt.</summary>
public sealed class SubscriptionTests
{
    private const int RepeatedEvent = 213;
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(31);

    [Fact]
    public async Task Append_PointAfterPoint_ForecastsEachOnceAWindowIsFull()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Squares();
        var grain = await SubscribeAsync(platform, farm);
        var observer = await ObserveAsync(platform, "brook");

        for (var point = 1; point <= 9; point++) await farm.AppendAsync(grain, point);

        for (var point = 4; point <= 9; point++)
        {
            var forecast = await observer.NextAsync();
            Assert.Equal((PredictionState.Live, point, (long)point - 3), (forecast.State, forecast.Part, forecast.Sequence));
            Assert.Equal(("live", "keys", "lab/yield", 1), (forecast.Inference, forecast.KeySet, forecast.Model, forecast.Version));
            farm.AssertEqualsClear(forecast);
        }
        var description = await IdleAsync(grain);
        Assert.Equal((SubscriptionState.Active, 9, 9, 4), (description.State, description.Appended, description.Computed, description.FirstForecast));
        Assert.Equal(farm.Decrypt((await grain.ReadResultAsync(7)).Bytes), farm.Decrypt((await EventsAsync(platform, "brook"))[3].Result!));
        Assert.Contains(new CatalogEntry { Kind = CatalogKind.Subscription, Id = "live" }, (await platform.Owner("brook").DescribeAsync()).Catalog);
    }

    [Fact]
    public async Task Append_ManyPoints_HoldsNoMoreThanItsWindow()
    {
        await using var platform = await Platform.StartAsync(options => options.MaximumLiveResults = 2);
        using var farm = LiveFarm.Linear();
        var grain = await SubscribeAsync(platform, farm);
        for (var point = 1; point <= 6; point++) await farm.AppendAsync(grain, point);
        await IdleAsync(grain);
        var early = await MeasureAsync(platform, "brook");

        for (var point = 7; point <= 30; point++) await farm.AppendAsync(grain, point);
        await IdleAsync(grain);

        // But for the length of a number and of two signatures.
        Assert.InRange(await MeasureAsync(platform, "brook"), early - 64, early + 64);
        var kept = await EventsAsync(platform, "brook");
        Assert.All(kept.SkipLast(2), old => Assert.Null(old.Result));
        foreach (var recent in kept.TakeLast(2)) farm.AssertEqualsClear(recent);
        await Assert.ThrowsAsync<NotFoundException>(() => grain.ReadResultAsync(9));
    }

    [Fact]
    public async Task Append_BacklogLargerThanIsRemembered_IsComputedToItsEnd()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Narrow();
        var grain = await SubscribeAsync(platform, farm);
        var go = new TaskCompletionSource();
        platform.Payloads.BeforeRead = key => key.Contains("/points/", StringComparison.Ordinal) ? go.Task : Task.CompletedTask;
        var observer = await ObserveAsync(platform, "brook");
        const int Points = Limits.RememberedPoints + 6;
        for (var point = 1; point <= Points; point++) await farm.AppendAsync(grain, point);
        Assert.Equal(0, (await grain.DescribeAsync()).Computed);

        go.SetResult();

        for (var point = 2; point <= Points; point++)
        {
            var forecast = await observer.NextAsync();
            Assert.Equal(point, forecast.Part);
            farm.AssertEqualsClear(forecast);
            Assert.Equal(WindowHash(farm, forecast.Part), ReceiptTests.Checked(forecast.Receipt).GetProperty("inputSha256").GetString());
        }
        await farm.AppendAsync(grain, Points); // As a client that had no answer does.
    }

    [Fact]
    public async Task Append_SameAgain_IsAcknowledgedAndChangesNothing()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Linear();
        var grain = await SubscribeAsync(platform, farm);
        var partly = await grain.AppendAsync(1, 1, farm.Chunk(1, 1));
        Assert.Equal((1, 2, 0, false), (partly.Received, partly.Total, partly.Appended, partly.Complete));
        Assert.Equal<int>([1], (await grain.DescribeAsync()).Arriving);
        Assert.False((await grain.AppendAsync(1, 1, farm.Chunk(1, 1))).Complete);
        for (var point = 1; point <= 4; point++) await farm.AppendAsync(grain, point);
        await IdleAsync(grain);

        for (var point = 1; point <= 4; point++) await farm.AppendAsync(grain, point);

        Assert.Equal(4, (await IdleAsync(grain)).Appended);
        Assert.Equal([3, 4], (await EventsAsync(platform, "brook")).Select(item => item.Part));
    }

    [Fact]
    public async Task Append_WrongNumbersAndContents_AreRefusedAndStoreNothing()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Linear();
        using var other = LiveFarm.Squares();
        var grain = await SubscribeAsync(platform, farm);
        await farm.AppendAsync(grain, 1);

        await Assert.ThrowsAsync<ConflictException>(() => grain.AppendAsync(3, 0, farm.Chunk(3, 0)));
        await Assert.ThrowsAsync<ConflictException>(() => grain.AppendAsync(1, 0, farm.Chunk(2, 0)));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.AppendAsync(0, 0, farm.Chunk(1, 0)));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.AppendAsync(2, 2, farm.Chunk(2, 0)));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.AppendAsync(2, 0, []));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.AppendAsync(2, 0, other.Chunk(2, 0)));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.AppendAsync(2, 0, farm.Chunk(2, 0)[..^1]));
        await grain.AppendAsync(2, 0, farm.Chunk(2, 0));
        await Assert.ThrowsAsync<ConflictException>(() => grain.AppendAsync(2, 0, farm.Chunk(2, 1)));
        Assert.Equal(1, (await grain.DescribeAsync()).Appended);
    }

    [Fact]
    public async Task Create_SameAgainOrAnother_IsIdempotentOrAConflict()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Linear();
        var grain = await SubscribeAsync(platform, farm);
        await farm.AppendAsync(grain, 1);

        Assert.Equal(1, (await grain.CreateAsync(LiveFarm.Request())).Appended);
        await Assert.ThrowsAsync<ConflictException>(() => grain.CreateAsync(LiveFarm.Request() with { Places = 2 }));
        var another = platform.Subscription("brook", "another");
        await Assert.ThrowsAsync<InvalidPayloadException>(() => another.CreateAsync(LiveFarm.Request() with { Places = 5000 }));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => another.CreateAsync(LiveFarm.Request() with { Form = "herd" }));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => another.CreateAsync(LiveFarm.Request() with { CiphertextsPerChunk = 0 }));
        await Assert.ThrowsAsync<NotFoundException>(() => another.CreateAsync(LiveFarm.Request() with { Version = 2 }));
        await Assert.ThrowsAsync<NotFoundException>(() => another.CreateAsync(LiveFarm.Request() with { KeySet = "none" }));
        await Assert.ThrowsAsync<NotFoundException>(() => another.DescribeAsync());
    }

    [Fact]
    public async Task Delete_ThenMadeAndAppendedAnew_HasEventsOfItsOwn()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Linear();
        var grain = await SubscribeAsync(platform, farm);
        var observer = await ObserveAsync(platform, "brook");
        for (var point = 1; point <= 4; point++) await farm.AppendAsync(grain, point);
        await IdleAsync(grain);

        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Subscription, "live");
        await grain.CreateAsync(LiveFarm.Request());
        for (var point = 1; point <= 5; point++) await farm.AppendAsync(grain, point);

        foreach (var (number, point) in new[] { (1, 3), (2, 4), (3, 3), (4, 4), (5, 5) })
        {
            var forecast = await observer.NextAsync();
            Assert.Equal((number, point), ((int)forecast.Sequence, forecast.Part));
            if (number > 2) farm.AssertEqualsClear(forecast);
        }
        Assert.Equal(2, (await EventsAsync(platform, "brook")).Select(item => item.Incarnation).Distinct().Count());
    }

    [Fact]
    public async Task NewVersion_Published_ChangesNothingUntilItsOwnerSaysSo()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Linear();
        var grain = await SubscribeAsync(platform, farm);
        var observer = await ObserveAsync(platform, "brook");
        for (var point = 1; point <= 5; point++) await farm.AppendAsync(grain, point);
        var second = LiveFarm.LinearNetwork(moved: 0.5);
        Assert.Equal(2, await platform.Model("lab").PublishAsync(second.ToJson(), ModelVisibility.Tenant));
        await farm.AppendAsync(grain, 6);
        for (var point = 3; point <= 6; point++) farm.AssertEqualsClear(await observer.NextAsync());

        var upgraded = await grain.UpgradeAsync(2);

        Assert.Equal((2, 6), (upgraded.Request.Version, upgraded.FirstForecast));
        await farm.AppendAsync(grain, 7);
        foreach (var point in new[] { 6, 7 })
        {
            var forecast = await observer.NextAsync();
            Assert.Equal((point, 2), (forecast.Part, forecast.Version));
            farm.AssertEqualsClear(forecast, second);
        }
        Assert.Equal(2, (await grain.UpgradeAsync(2)).Request.Version);
        await Assert.ThrowsAsync<NotFoundException>(() => grain.UpgradeAsync(3));
        Assert.Equal(7, (await grain.CreateAsync(LiveFarm.Request())).Appended);
        Assert.Equal([3L, 4, 5, 6, 6, 7], (await EventsAsync(platform, "brook")).Select(item => (long)item.Part));
    }

    [Fact]
    public async Task Upgrade_ToAnotherForm_IsRefusedAndTheOldVersionGoesOn()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Linear();
        using var other = LiveFarm.Squares();
        var grain = await SubscribeAsync(platform, farm);
        await platform.Model("lab").PublishAsync(other.Network.ToJson(), ModelVisibility.Tenant);

        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.UpgradeAsync(2));

        var observer = await ObserveAsync(platform, "brook");
        for (var point = 1; point <= 3; point++) await farm.AppendAsync(grain, point);
        farm.AssertEqualsClear(await observer.NextAsync());
    }

    [Fact]
    public async Task Delete_WithAPointUnderWay_LeavesNothing()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Linear();
        var grain = await SubscribeAsync(platform, farm);
        for (var point = 1; point <= 4; point++) await farm.AppendAsync(grain, point);

        var incarnation = await grain.ReadIncarnationAsync();
        await grain.DeleteAsync(Guid.NewGuid());
        Assert.Equal(4, (await grain.DescribeAsync()).Appended);
        await grain.DeleteAsync(incarnation);
        await grain.DeleteAsync(incarnation);

        Assert.Equal(0, await MeasureAsync(platform, "brook"));
        await Assert.ThrowsAsync<NotFoundException>(() => grain.DescribeAsync());
        await Assert.ThrowsAsync<NotFoundException>(() => grain.AppendAsync(5, 0, farm.Chunk(5, 0)));
        Assert.DoesNotContain((await platform.Owner("brook").DescribeAsync()).Catalog, entry => entry.Kind == CatalogKind.Subscription);
        Assert.Equal(0, (await grain.CreateAsync(LiveFarm.Request())).Appended);
    }

    [Fact]
    public async Task FailureThatPasses_IsTriedAgain()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Linear();
        var grain = await SubscribeAsync(platform, farm);
        var observer = await ObserveAsync(platform, "brook");
        var failed = false;
        platform.Payloads.BeforeRead = key =>
        {
            if (failed || !key.Contains("/points/0000000002", StringComparison.Ordinal)) return Task.CompletedTask;
            failed = true;
            throw new IOException("The disk is away for a moment.");
        };
        for (var point = 1; point <= 3; point++) await farm.AppendAsync(grain, point);
        await platform.Log.Logged(RepeatedEvent);

        platform.Clock.Advance(CheckPeriod);

        farm.AssertEqualsClear(await observer.NextAsync());
    }

    [Fact]
    public async Task KeySet_DeletedUnderIt_FailsTheSubscriptionAndSaysSo()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Squares();
        var grain = await SubscribeAsync(platform, farm);
        var observer = await ObserveAsync(platform, "brook");
        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.KeySet, "keys");
        await farm.AppendAsync(grain, 1);

        var failure = await observer.NextAsync();

        Assert.Equal((PredictionState.Failed, 1, "live"), (failure.State, failure.Part, failure.Inference));
        Assert.NotNull(failure.Failure);
        Assert.Equal(SubscriptionState.Failed, (await grain.DescribeAsync()).State);
        await Assert.ThrowsAsync<ConflictException>(() => grain.AppendAsync(2, 0, farm.Chunk(2, 0)));
    }

    [Fact]
    public async Task Model_DeletedUnderIt_FailsTheSubscriptionAndSaysSoUntilItIsThereAgain()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Linear();
        var grain = await SubscribeAsync(platform, farm);
        var observer = await ObserveAsync(platform, "brook");
        await platform.DeletionsOf("lab").DeleteAsync(CatalogKind.Model, "yield");
        await farm.AppendAsync(grain, 1);

        var failure = await observer.NextAsync();

        Assert.Equal((PredictionState.Failed, 1), (failure.State, failure.Part));
        Assert.Contains("lab/yield", failure.Failure, StringComparison.Ordinal);
        await platform.Model("lab").PublishAsync(farm.Network.ToJson(), ModelVisibility.Tenant);
        await grain.UpgradeAsync(1);
        for (var point = 2; point <= 3; point++) await farm.AppendAsync(grain, point);
        farm.AssertEqualsClear(await observer.NextAsync());
    }

    /// <remarks>Wherever the next point is computed, the circuit is in memory there by now.</remarks>
    [Fact]
    public async Task Model_DeletedAfterForecasts_ForecastsNothingAnyMore()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Linear();
        var grain = await SubscribeAsync(platform, farm);
        var observer = await ObserveAsync(platform, "brook");
        const int points = 8;
        for (var point = 1; point <= points; point++)
        {
            await farm.AppendAsync(grain, point);
            if (point >= 3) farm.AssertEqualsClear(await observer.NextAsync());
        }

        await platform.DeletionsOf("lab").DeleteAsync(CatalogKind.Model, "yield");
        await farm.AppendAsync(grain, points + 1);

        var failure = await observer.NextAsync();
        Assert.Equal((PredictionState.Failed, points + 1), (failure.State, failure.Part));
        Assert.Contains("lab/yield", failure.Failure, StringComparison.Ordinal);
    }

    internal static async Task<ISubscriptionGrain> SubscribeAsync(Platform platform, LiveFarm farm, string owner = "brook")
    {
        await farm.UploadAllAsync(platform, owner);
        await platform.Owner(owner).JoinAsync();
        var grain = platform.Subscription(owner);
        await grain.CreateAsync(LiveFarm.Request());
        return grain;
    }

    internal static async Task<TestObserver> ObserveAsync(Platform platform, string owner)
    {
        var observer = new TestObserver();
        platform.KeepAlive(observer);
        await platform.Owner(owner).SubscribeAsync(platform.Grains.CreateObjectReference<IPredictionObserver>(observer));
        return observer;
    }

    /// <summary>When everything appended is computed.</summary>
    internal static Task<SubscriptionDescription> IdleAsync(ISubscriptionGrain grain) => Within.Time(
        Task.Run(async () =>
        {
            var description = await grain.DescribeAsync();
            for (; description.Computed < description.Appended; description = await grain.DescribeAsync())
                await Task.Delay(TimeSpan.FromMilliseconds(1)); // A test that ends meanwhile, by a crash, leaves this behind.
            await grain.ResumeAsync(); // Its turn comes when the last point's is over.
            return await grain.DescribeAsync();
        }),
        "the computation of all points");

    internal static async Task<List<PredictionEvent>> EventsAsync(Platform platform, string owner)
    {
        var events = new List<PredictionEvent>();
        while (await platform.Owner(owner).ReadEventsAsync(events.Count, 16) is { IsEmpty: false } page) events.AddRange(page);
        return events;
    }

    /// <summary>What a receipt says of its input: the hash over the hashes of all chunks in its window.</summary>
    private static string WindowHash(LiveFarm farm, int point) => Convert.ToHexStringLower(SHA256.HashData(
        [.. from old in Enumerable.Range(point - farm.Plan.TimePoints + 1, farm.Plan.TimePoints)
            from chunk in Enumerable.Range(0, farm.Plan.InputCiphertexts)
            from part in SHA256.HashData(farm.Chunk(old, chunk))
            select part]));

    private static Task<long> MeasureAsync(Platform platform, string owner) =>
        platform.Service<IPayloadStore>().MeasureAsync($"{Platform.Tenant}/{owner}/subscriptions");
}
