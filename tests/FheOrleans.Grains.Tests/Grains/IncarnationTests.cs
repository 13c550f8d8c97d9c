namespace FheOrleans.Grains.Tests;

/// <summary>What is begun anew under a name hears nothing of what was deleted under it, however late that speaks.</summary>
public sealed class IncarnationTests
{
    [Fact]
    public async Task PartFinished_OfADeletedInferenceOfThatName_ChangesNothing()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        await PredictionTests.InferAsync(platform, "brook", farm.Request());
        var late = Order(farm, await platform.Inference("brook").ReadIncarnationAsync());
        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Inference, "july");
        using var held = new HeldInputs(platform);
        await platform.Inference("brook").StartAsync(farm.Request());
        await Within.Time(held.Reached, "the new inference's first read");
        var observer = await PredictionTests.ObserveAsync(platform, "brook");

        var grain = platform.Inference("brook");
        await grain.PartFinishedAsync(late, new() { Result = [1, 2, 3], EvaluationSeconds = 1, InputSha256 = [1], ResultSha256 = [2] });
        await grain.PartFinishedAsync(late, new() { Failure = "It was another's." });

        var now = await grain.DescribeAsync();
        Assert.Equal((InferenceState.Running, 0), (now.State, now.PartsCompleted));
        held.Dispose();
        PredictionTests.AssertEqualsClear(farm, await observer.UntilEndAsync());
    }

    [Fact]
    public async Task Start_WorkerOfADeletedInferenceOfThatNameStillAtWork_HasWorkersOfItsOwn()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        using var held = new HeldInputs(platform);
        await platform.Inference("brook").StartAsync(farm.Request());
        await Within.Time(held.Reached, "the worker's first read");
        platform.Payloads.BeforeRead = null; // The one that is held stays so: storage does not answer it.

        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Inference, "july");
        var events = await PredictionTests.InferAsync(platform, "brook", farm.Request()); // Without the next check of the work.

        PredictionTests.AssertEqualsClear(farm, events);
        held.Dispose();
    }

    [Fact]
    public async Task PointFinished_OfADeletedSubscriptionOfThatName_ChangesNothing()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = LiveFarm.Narrow();
        var grain = await SubscriptionTests.SubscribeAsync(platform, farm);
        var late = await grain.ReadIncarnationAsync();
        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Subscription, "live");
        await grain.CreateAsync(LiveFarm.Request());
        using var held = new HeldInputs(platform);
        await farm.AppendAsync(grain, 1);
        await Within.Time(held.Reached, "the new subscription's first read");

        await grain.PointFinishedAsync(
            new()
            {
                SubscriptionKey = GrainKeys.Subscription(Platform.Tenant, "brook", "live"),
                Point = 1,
                Epoch = 1,
                FirstPoint = 1,
                Chunks = 1,
                Request = LiveFarm.Request(),
                KeySetGeneration = (await platform.KeySet("brook").DescribeAsync()).Generation,
                ModelSha256 = "",
                Incarnation = late,
            },
            new() { Result = [1], Kept = [[1]], Lifetimes = [1], PointSha256 = [1], ResultSha256 = [1] });

        Assert.Equal(0, (await grain.DescribeAsync()).Computed);
        held.Dispose();
        await farm.AppendAsync(grain, 2);
        await SubscriptionTests.IdleAsync(grain);
        farm.AssertEqualsClear((await SubscriptionTests.EventsAsync(platform, "brook"))[^1]);
    }

    private static PartOrder Order(TestFarm farm, Guid incarnation) => new()
    {
        InferenceKey = GrainKeys.Inference(Platform.Tenant, "brook", "july"),
        Part = 0,
        Request = farm.Request(),
        KeySetGeneration = Guid.Empty,
        ModelSha256 = "",
        Incarnation = incarnation,
    };

    /// <summary>Holds up every read of chunks and points until it is disposed, and so before the platform is.</summary>
    private sealed class HeldInputs : IDisposable
    {
        private readonly TaskCompletionSource _reached = new(), _released = new();

        internal HeldInputs(Platform platform) => platform.Payloads.BeforeRead = key =>
        {
            var isInput = key.Contains("/datasets/", StringComparison.Ordinal) || key.Contains("/points/", StringComparison.Ordinal);
            if (isInput) _reached.TrySetResult();
            return isInput ? _released.Task : Task.CompletedTask;
        };

        internal Task Reached => _reached.Task;

        public void Dispose() => _released.TrySetResult();
    }
}
