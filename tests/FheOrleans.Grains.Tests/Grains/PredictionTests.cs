using FheOrleans.Ckks.Wire;

namespace FheOrleans.Grains.Tests;

/// <summary>The main job from end to end, in one process: declare, upload, publish, infer, hear, decrypt.</summary>
public sealed class PredictionTests
{
    private const int EndedEvent = 161;
    private const int RepeatedEvent = 162;
    private const int NotReportedEvent = 171;
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(31);

    [Fact]
    public async Task Inference_HerdLayoutInSeveralParts_EveryForecastEqualsTheClearOne()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear(windows: 5000);
        await farm.UploadAllAsync(platform, "brook");

        var events = await InferAsync(platform, "brook", farm.Request());

        Assert.Equal(PredictionState.Completed, events[^1].State);
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(item => item.Sequence));
        Assert.True(events[0].Parts > 1, $"{events[0].Parts} parts");
        AssertEqualsClear(farm, events);
        var description = await platform.Inference("brook").DescribeAsync();
        Assert.Equal((InferenceState.Completed, events[0].Parts), (description.State, description.PartsCompleted));
        Assert.True(description.EvaluationSeconds > 0);
    }

    [Fact]
    public async Task Inference_SeriesLayoutWithRotationsAndSquares_EveryForecastEqualsTheClearOne()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Square();
        Assert.NotEmpty(farm.Plan.RotationSteps);
        Assert.True(farm.Plan.NeedsRelinearizationKeys);
        await farm.UploadAllAsync(platform, "brook");

        AssertEqualsClear(farm, await InferAsync(platform, "brook", farm.Request()));
    }

    [Fact]
    public async Task Inference_EverythingUploadedCompressed_EveryForecastEqualsTheClearOne()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Square();
        await platform.KeySet("brook").DeclareAsync(farm.Declaration);
        foreach (var item in (await platform.KeySet("brook").DescribeAsync()).Objects)
        {
            var packed = farm.PackedKey(item.Kind);
            Assert.True(packed.Length < farm.Key(item.Kind).Length);
            Assert.True((await TestFarm.UploadKeyAsync(platform.KeySet("brook"), item.Kind, packed)).Complete);
        }
        var declaration = farm.DatasetDeclaration();
        await platform.Dataset("brook").DeclareAsync(declaration);
        for (var index = 0; index < declaration.ChunkCount; index++)
            await platform.Dataset("brook").PutChunkAsync(index, farm.Chunk(declaration, index, compression: SealCompression.Zlib));
        await platform.Model("lab").PublishAsync(farm.Network.ToJson(), ModelVisibility.Tenant);

        AssertEqualsClear(farm, await InferAsync(platform, "brook", farm.Request()));
    }

    [Fact]
    public async Task Restart_SameFile_PredictsWithoutAnyUpload()
    {
        using var farm = TestFarm.Square();
        var before = await Platform.StartAsync();
        await farm.UploadAllAsync(before, "brook");

        await using var after = await before.RestartAsync();

        AssertEqualsClear(farm, await InferAsync(after, "brook", farm.Request()));
    }

    [Fact]
    public async Task Crash_InTheMiddleOfAJob_GoesOnWhereItWas()
    {
        using var farm = TestFarm.Linear(windows: 5000);
        var before = await Platform.StartAsync(options => options.PartsInFlight = 1);
        await farm.UploadAllAsync(before, "brook");
        var observer = await ObserveAsync(before, "brook");
        var never = new TaskCompletionSource();
        var secondPart = $"{Platform.Tenant}/brook/datasets/herd/{farm.DatasetDeclaration().ChunksPerBatch:D10}";
        before.Payloads.BeforeRead = key => key == secondPart ? never.Task : Task.CompletedTask;
        await before.Inference("brook").StartAsync(farm.Request());
        var first = await observer.NextAsync();
        Assert.Equal((1, 0, PredictionState.PartCompleted), (first.Sequence, first.Part, first.State));

        await using var after = await before.CrashAsync();
        await after.Log.Logged(EndedEvent);
        await after.Inference("brook").CancelAsync(); // Waits for its turn, and so until the last event is published; a job that has ended stays so.

        var events = await AllEventsAsync(after, "brook");
        Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(item => item.Sequence));
        Assert.Equal(first.Result, events[0].Result);
        AssertEqualsClear(farm, events);
    }

    [Fact]
    public async Task Cancel_RunningJob_EndsItAndItsWorkers()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var (reading, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        platform.Payloads.BeforeRead = key => key.Contains("/datasets/", StringComparison.Ordinal) ? Hold(reading, release) : Task.CompletedTask;
        await platform.Inference("brook").StartAsync(farm.Request());
        await Within.Time(reading.Task, "the worker's first read");

        var description = await platform.Inference("brook").CancelAsync();
        release.SetResult();

        Assert.Equal(InferenceState.Cancelled, description.State);
        var events = await AllEventsAsync(platform, "brook");
        Assert.Equal([PredictionState.Cancelled], events.Select(item => item.State));
        Assert.Equal(InferenceState.Cancelled, (await platform.Inference("brook").CancelAsync()).State);
        await Assert.ThrowsAsync<NotReadyException>(() => platform.Inference("brook").ReadResultAsync(0));
    }

    [Fact]
    public async Task Part_FailureThatPasses_IsTriedAgain()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var failed = new TaskCompletionSource();
        platform.Payloads.BeforeRead = key =>
        {
            if (!key.Contains("/datasets/", StringComparison.Ordinal) || !failed.TrySetResult()) return Task.CompletedTask;
            throw new IOException("The disk is away for a moment.");
        };
        var observer = await ObserveAsync(platform, "brook");
        await platform.Inference("brook").StartAsync(farm.Request());
        await platform.Log.Logged(RepeatedEvent);

        platform.Clock.Advance(CheckPeriod);

        AssertEqualsClear(farm, await observer.UntilEndAsync());
    }

    [Fact]
    public async Task Part_FailureThatStays_FailsTheInference()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        platform.Payloads.BeforeRead = key => key.Contains("/datasets/", StringComparison.Ordinal) ? throw new IOException("The disk is gone.") : Task.CompletedTask;

        var observer = await ObserveAsync(platform, "brook");
        await platform.Inference("brook").StartAsync(farm.Request());
        for (var failures = 1; failures < 3; failures++)
        {
            await platform.Log.Logged(RepeatedEvent, failures);
            await platform.Inference("brook").ResumeAsync(); // Gives the part out again, as the regular check would.
        }

        var last = (await observer.UntilEndAsync())[^1];
        Assert.Equal(PredictionState.Failed, last.State);
        Assert.DoesNotContain("disk", last.Failure, StringComparison.Ordinal); // The node's particulars are for its log.
    }

    [Fact]
    public async Task Inference_ThatLostItsActivation_IsTakenUpAgain()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var observer = await ObserveAsync(platform, "brook");
        var reached = new TaskCompletionSource();
        platform.Payloads.BeforeWrite = key => key.Contains("/inferences/", StringComparison.Ordinal) && reached.TrySetResult() ? throw new IOException("No space left for a moment.") : Task.CompletedTask;
        await platform.Inference("brook").StartAsync(farm.Request());
        await Within.Time(reached.Task, "the failing write");
        await platform.Log.Logged(NotReportedEvent);

        var events = observer.UntilEndAsync();
        await Until.IsSo(
            () =>
            {
                platform.Clock.Advance(TimeSpan.FromSeconds(0.1)); // Slowly: a subscription lasts for a minute.
                return events.IsCompleted;
            },
            "the report is made again");

        AssertEqualsClear(farm, await events);
    }

    [Fact]
    public async Task Start_MoreThanMayGoOnAtOnce_QuotaExceededUntilOneEnds()
    {
        await using var platform = await Platform.StartAsync(options => (options.MaximumUnfinishedInferencesPerOwner, options.MaximumCatalogEntries) = (1, 1));
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var (reading, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        platform.Payloads.BeforeRead = key => key.Contains("/datasets/", StringComparison.Ordinal) ? Hold(reading, release) : Task.CompletedTask;
        await platform.Inference("brook", "one").StartAsync(farm.Request());

        var failure = await Assert.ThrowsAsync<QuotaExceededException>(() => platform.Inference("brook", "two").StartAsync(farm.Request()));
        Assert.Equal((QuotaNames.UnfinishedInferencesOfAnOwner, 2, 1), (failure.Quota, failure.Found, failure.Limit));
        await platform.Inference("brook", "one").CancelAsync();
        release.SetResult();

        Assert.Equal(PredictionState.Completed, (await InferAsync(platform, "brook", farm.Request(), "two"))[^1].State);
        Assert.Equal(InferenceState.Cancelled, (await platform.Inference("brook", "one").DescribeAsync()).State);
        await platform.Owner("brook").JoinAsync();
        Assert.Equal(["two"], (await platform.Owner("brook").DescribeAsync()).Catalog.Where(entry => entry.Kind == CatalogKind.Inference).Select(entry => entry.Id));
    }

    [Fact]
    public async Task Start_SameRequestAgain_StartsNothingAndOtherRequestConflicts()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        await InferAsync(platform, "brook", farm.Request());
        var first = await platform.Inference("brook").DescribeAsync();

        var second = await platform.Inference("brook").StartAsync(farm.Request());

        Assert.Equal(first.AcceptedAt, second.AcceptedAt);
        Assert.Equal(2, (await AllEventsAsync(platform, "brook")).Count);
        await Assert.ThrowsAsync<ConflictException>(() => platform.Inference("brook").StartAsync(farm.Request() with { Dataset = "other" }));
    }

    internal static async Task<List<PredictionEvent>> AllEventsAsync(Platform platform, string owner)
    {
        var all = new List<PredictionEvent>();
        while (await platform.Owner(owner).ReadEventsAsync(all.Count == 0 ? 0 : all[^1].Sequence, 2) is { IsEmpty: false } some) all.AddRange(some);
        return all;
    }

    /// <summary>Starts an inference and collects its events up to the end.</summary>
    internal static async Task<List<PredictionEvent>> InferAsync(Platform platform, string owner, InferenceRequest request, string name = "july")
    {
        var observer = await ObserveAsync(platform, owner);
        await platform.Inference(owner, name).StartAsync(request);
        return await observer.UntilEndAsync();
    }

    internal static async Task<TestObserver> ObserveAsync(Platform platform, string owner)
    {
        var observer = new TestObserver();
        platform.KeepAlive(observer); // The grains hold it weakly.
        await platform.Owner(owner).SubscribeAsync(platform.Grains.CreateObjectReference<IPredictionObserver>(observer));
        return observer;
    }

    private static Task Hold(TaskCompletionSource reached, TaskCompletionSource until)
    {
        reached.TrySetResult();
        return until.Task;
    }

    internal static void AssertEqualsClear(TestFarm farm, List<PredictionEvent> events)
    {
        var clear = farm.Clear();
        var decrypted = new int[clear.Length];
        foreach (var item in events.Where(item => item.State == PredictionState.PartCompleted))
        {
            var predictions = farm.Decrypt(item.Part, item.Result!);
            for (var window = 0; window < clear.Length; window++)
            {
                if (double.IsNaN(predictions[window])) continue;
                Assert.Equal(clear[window], predictions[window], 1e-5);
                decrypted[window]++;
            }
        }
        Assert.Equal(0, decrypted.Count(count => count != 1));
    }
}
