namespace FheOrleans.Grains.Tests;

/// <summary>What is unfinished is looked after by every silo that is there, again and again; and one number says how much it is.</summary>
public sealed class UnfinishedWorkTests
{
    private const int SlotsOfAPart = 2048;

    [Fact]
    public async Task Check_SeveralSilosAsking_KnowsThemAndForgetsThoseThatAreGone()
    {
        await using var platform = await Platform.StartAsync(options => options.WorkCheckPeriod = TimeSpan.FromMinutes(1));
        var work = platform.Grains.GetGrain<IUnfinishedWorkGrain>("another"); // Whose silos are those that this test says.
        await work.CheckAsync(new() { Silo = Guid.NewGuid(), EvaluationThreads = 2, Waiting = 3 });
        var stays = new SiloReport { Silo = Guid.NewGuid(), EvaluationThreads = 4, Evaluating = 1 };

        var both = await work.CheckAsync(stays);
        platform.Clock.Advance(TimeSpan.FromMinutes(4));
        var one = await work.CheckAsync(stays);

        Assert.Equal((2, 6, 1, 3), (both.Silos, both.EvaluationThreads, both.Evaluating, both.Waiting));
        Assert.Equal((1, 4, 1, 0), (one.Silos, one.EvaluationThreads, one.Evaluating, one.Waiting));
    }

#if !ORLEANS
    [Fact]
    public async Task Check_TimeOfDaySetBack_IsNotPutOff()
    {
        await using var platform = await Platform.StartAsync();
        var unfinished = platform.Grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork);
        await unfinished.CheckAsync(new() { Silo = Guid.NewGuid() });
        // There is none: the next look strikes it off.
        await unfinished.AddSubscriptionAsync(GrainKeys.Subscription(Platform.Tenant, "brook", "ghost"));

        platform.Clock.SetBack(TimeSpan.FromHours(1));
        await unfinished.CheckAsync(new() { Silo = Guid.NewGuid() });

        await Until.IsSo(async () => await unfinished.CountAsync() == 0, "the work is looked after");
    }
#endif

    [Fact]
    public async Task ReadCluster_JobsGivenOutAndQueued_DepthIsPartsWithoutResult()
    {
        await using var platform = await Platform.StartAsync(options => options.PartsInFlight = 1);
        using var farm = TestFarm.Linear(windows: SlotsOfAPart * 3);
        await farm.UploadAllAsync(platform, "brook");
        var release = new TaskCompletionSource();
        platform.Payloads.BeforeRead = key => key.Contains("/datasets/", StringComparison.Ordinal) ? release.Task : Task.CompletedTask;
        await platform.Grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(Platform.Tenant)).SetAsync(new() { RunningInferences = 1 });
        await platform.Inference("brook", "runs").StartAsync(farm.Request());
        await platform.Inference("brook", "waits").StartAsync(farm.Request());
        var unfinished = platform.Grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork);

        var work = await unfinished.ReadClusterAsync();
        release.SetResult();

        Assert.Equal((2, 0, 6L), (work.Inferences, work.Subscriptions, work.QueueDepth));
        await Until.IsSo(async () => (await unfinished.ReadClusterAsync()) is { Inferences: 0, QueueDepth: 0 }, "nothing is left");
    }

    [Fact]
    public async Task KeepGoing_QueuedInference_DoesNotBegin()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var release = new TaskCompletionSource();
        platform.Payloads.BeforeRead = key => key.Contains("/datasets/", StringComparison.Ordinal) ? release.Task : Task.CompletedTask;
        await platform.Grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(Platform.Tenant)).SetAsync(new() { RunningInferences = 1 });
        await platform.Inference("brook", "runs").StartAsync(farm.Request());
        await platform.Inference("brook", "waits").StartAsync(farm.Request());

        Assert.Equal(1, await platform.Inference("brook", "waits").KeepGoingAsync(isItsTurn: false));

        Assert.Equal(InferenceState.Accepted, (await platform.Inference("brook", "waits").DescribeAsync()).State);
        release.SetResult();
        await Until.IsSo(
            async () => (await platform.Inference("brook", "waits").DescribeAsync()).State == InferenceState.Completed, "its turn came");
    }

    [Fact]
    public async Task Model_DeletedAndPublishedAnewUnderItsName_IsTheOneThatIsEvaluated()
    {
        await using var platform = await Platform.StartAsync();
        using var first = TestFarm.Linear();
        using var second = TestFarm.Linear(weight: 0.25);
        await first.UploadAllAsync(platform, "brook");
        // On two silos both have compiled the first network by now, and hear nothing of its deletion.
        for (var job = 0; job < 4; job++)
            PredictionTests.AssertEqualsClear(first, await PredictionTests.InferAsync(platform, "brook", first.Request(), $"first-{job}"));

        await platform.DeletionsOf("lab").DeleteAsync(CatalogKind.Model, "yield");
        await second.UploadAllAsync(platform, "hill");

        for (var job = 0; job < 4; job++)
            PredictionTests.AssertEqualsClear(second, await PredictionTests.InferAsync(platform, "hill", second.Request(), $"second-{job}"));
    }

    /// <remarks>On two silos both have the circuit in memory, and neither hears of the deletion by itself.</remarks>
    [Fact]
    public async Task Model_Deleted_BeginsNothingAnyMoreOnAnySilo()
    {
        const int parts = 12;
        await using var platform = await Platform.StartAsync(options => (options.EvaluationThreads, options.PartsInFlight) = (1, parts));
        using var farm = TestFarm.Linear(windows: SlotsOfAPart * parts);
        await farm.UploadAllAsync(platform, "brook");
        PredictionTests.AssertEqualsClear(farm, await PredictionTests.InferAsync(platform, "brook", farm.Request(), "june"));
        // Of one part each, and wherever they are placed: on two silos about half of them where the model's grain is not.
        using var small = TestFarm.Linear();
        await small.UploadAllAsync(platform, "hill");
        await platform.Grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(Platform.Tenant)).SetAsync(new() { RunningInferences = 1 });
        var held = new HeldReads(platform);
        var observer = await PredictionTests.ObserveAsync(platform, "brook");
        await platform.Inference("brook").StartAsync(farm.Request());
        var queued = Enumerable.Range(0, 8).Select(number => platform.Inference("hill", $"queued-{number}")).ToArray();
        foreach (var inference in queued) await inference.StartAsync(small.Request());
        await Until.IsSo(() => held.Count > 0, "a part has begun");

        await platform.DeletionsOf("lab").DeleteAsync(CatalogKind.Model, "yield");

        // Nothing new; and of what runs, what had begun ends, at most one part for each thread, and nothing else begins.
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Inference("brook", "august").StartAsync(farm.Request()));
        held.Release();
        Assert.Contains("lab/yield", (await observer.UntilEndAsync())[^1].Failure, StringComparison.Ordinal);
        var ended = await platform.Inference("brook").DescribeAsync();
        Assert.Equal(InferenceState.Failed, ended.State);
        Assert.InRange(ended.PartsCompleted, 0, 2);
        foreach (var inference in queued)
            await Until.IsSo(async () => (await inference.DescribeAsync()).State == InferenceState.Failed, "what was queued fails");
    }

    [Fact]
    public async Task Model_TakenBackFromTheTenant_BeginsNothingOfOthersAnyMore()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        PredictionTests.AssertEqualsClear(farm, await PredictionTests.InferAsync(platform, "brook", farm.Request(), "june"));
        await platform.Grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(Platform.Tenant)).SetAsync(new() { RunningInferences = 1 });
        var held = new HeldReads(platform);
        var observer = await PredictionTests.ObserveAsync(platform, "brook");
        await platform.Inference("brook", "july").StartAsync(farm.Request());
        await platform.Inference("brook", "waits").StartAsync(farm.Request());
        await Until.IsSo(() => held.Count > 0, "the first has begun");

        await platform.Model("lab").PublishAsync(farm.Network.ToJson(), ModelVisibility.Owner);

        held.Release();
        await observer.UntilEndAsync();
        await Until.IsSo(async () => (await platform.Inference("brook", "waits").DescribeAsync()).State == InferenceState.Failed, "the one that had not begun fails");
        Assert.Equal(InferenceState.Completed, (await platform.Inference("brook", "july").DescribeAsync()).State);
    }

    [Fact]
    public async Task Evaluate_TheSameTwice_IsTheSameToTheByte()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Square();
        await farm.UploadAllAsync(platform, "brook");

        var first = await PredictionTests.InferAsync(platform, "brook", farm.Request(), "first");
        var second = await PredictionTests.InferAsync(platform, "brook", farm.Request(), "second");

        Assert.Equal(first.Select(item => item.Result), second.Select(item => item.Result));
    }
}
