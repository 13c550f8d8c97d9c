namespace FheOrleans.Grains.Tests;

/// <summary>Storage is away for a while: what was accepted waits, and fails no more often than a part itself fails.</summary>
public sealed class OutageTests
{
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(31);
    private const int OutageEvent = 166, PointOutageEvent = 217;

    [Fact]
    public async Task Part_StorageAwayForLongerThanItIsTried_IsNotFailed()
    {
        await using var platform = await Platform.StartAsync(options => options.AttemptsPerPart = 2);
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var observer = await PredictionTests.ObserveAsync(platform, "brook");
        platform.Payloads.BeforeRead = key => key.Contains("/datasets/", StringComparison.Ordinal) ? throw Away() : Task.CompletedTask;
        await platform.Inference("brook").StartAsync(farm.Request());
        for (var outages = 1; outages <= 4; outages++)
        {
            await platform.Log.Logged(OutageEvent, outages);
            await platform.Inference("brook").ResumeAsync(); // Gives the part out again, as the regular check would.
        }

        platform.Payloads.BeforeRead = null;
        platform.Clock.Advance(CheckPeriod);

        PredictionTests.AssertEqualsClear(farm, await observer.UntilEndAsync());
    }

    [Fact]
    public async Task Report_StorageAwayWhenAPartIsDone_IsMadeAgainWithTheSameResult()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var (refused, reads) = (0, 0);
        platform.Payloads.BeforeRead = key => CountReads(key, () => reads++);
        platform.Payloads.BeforeWrite = key => key.Contains("/inferences/", StringComparison.Ordinal) && Interlocked.Increment(ref refused) <= 2 ? throw Away() : Task.CompletedTask;
        var observer = await PredictionTests.ObserveAsync(platform, "brook");
        await platform.Inference("brook").StartAsync(farm.Request());
        for (var report = 1; report <= 2; report++)
        {
            await platform.Log.Logged(171, report);
            await Until.IsSo(() => Moved(platform, report), "the next report");
        }

        PredictionTests.AssertEqualsClear(farm, await observer.UntilEndAsync());
        Assert.Equal(farm.DatasetDeclaration().ChunkCount, reads); // Evaluated once.

        bool Moved(Platform moved, int reported)
        {
            moved.Clock.Advance(TimeSpan.FromSeconds(0.1)); // Slowly: a subscription lasts for a minute.
            return Volatile.Read(ref refused) > reported;
        }
    }

    [Fact]
    public async Task Point_StorageAwayForLongerThanItIsTried_IsNotFailed()
    {
        await using var platform = await Platform.StartAsync(options => options.AttemptsPerPart = 2);
        using var farm = LiveFarm.Linear();
        var grain = await SubscriptionTests.SubscribeAsync(platform, farm);
        platform.Payloads.BeforeRead = key => key.Contains("/points/", StringComparison.Ordinal) ? throw Away() : Task.CompletedTask;
        await farm.AppendAsync(grain, 1);
        for (var outages = 1; outages <= 4; outages++)
        {
            await platform.Log.Logged(PointOutageEvent, outages);
            await grain.ResumeAsync();
        }

        platform.Payloads.BeforeRead = null;
        await grain.ResumeAsync();

        await Until.IsSo(async () => (await grain.DescribeAsync()).Computed == 1, "the point is computed");
        Assert.Equal(SubscriptionState.Active, (await grain.DescribeAsync()).State);
    }

    private static Task CountReads(string key, Action count)
    {
        if (key.Contains("/datasets/", StringComparison.Ordinal)) count();
        return Task.CompletedTask;
    }

    private static StorageException Away() => new("it is away.", isTransient: true);
}
