using FheOrleans.Grains.Workers;

namespace FheOrleans.Grains.Tests.Cluster;

/// <summary>Where parts are evaluated: on all silos, on new ones soon, and on none that is stopping.</summary>
public sealed class PlacementTests
{
    private const int SlotsOfAPart = 2048, Parts = 14;

    [Fact]
    public async Task Parts_OfOneJob_AreOnBothSilos()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear(windows: SlotsOfAPart * Parts);
        await farm.UploadAllAsync(platform, "brook");
        await BothSilosKnownAsync(platform);
        var held = new HeldReads(platform);
        var observer = await PredictionTests.ObserveAsync(platform, "brook");

        await platform.Inference("brook").StartAsync(farm.Request());

        // Fourteen at random on two silos: one in 8192 times all are on the same.
        await Until.IsSo(() => platform.Silos.Sum(silo => platform.ServiceOf<RunningParts>(silo).Count) == Parts, "all parts are given out");
        Assert.All(platform.Silos, silo => Assert.InRange(platform.ServiceOf<RunningParts>(silo).Count, 1, Parts - 1));
        held.Release();
        PredictionTests.AssertEqualsClear(farm, await observer.UntilEndAsync());
    }

    [Fact]
    public async Task Silo_ThatJoins_TakesPartsOfAJobThatRuns()
    {
        await using var platform = await Platform.StartAsync(silos: 1);
        using var farm = TestFarm.Linear(windows: SlotsOfAPart * Parts);
        await farm.UploadAllAsync(platform, "brook");
        var held = new HeldReads(platform);
        var observer = await PredictionTests.ObserveAsync(platform, "brook");
        await platform.Inference("brook").StartAsync(farm.Request());
        await Until.IsSo(() => held.Count > 0, "the first part is being worked on");

        var joined = await platform.AddSiloAsync();

        await Until.IsSo(() => platform.ServiceOf<RunningParts>(joined).Count > 0, "the silo that joined has a part");
        held.Release();
        PredictionTests.AssertEqualsClear(farm, await observer.UntilEndAsync());
    }

    [Fact]
    public async Task Silo_ThatStops_FinishesItsPartsAndTakesNoOthers()
    {
        // So long that the check of the work is not what places parts elsewhere.
        await using var platform = await Platform.StartAsync(options => (options.WorkCheckPeriod, options.PartsInFlight) = (TimeSpan.FromMinutes(5), 4));
        using var farm = TestFarm.Linear(windows: SlotsOfAPart * Parts);
        await farm.UploadAllAsync(platform, "brook");
        var (stopping, other) = (platform.Silos[0], platform.Silos[1]);
        var parts = platform.ServiceOf<RunningParts>(stopping);
        var observer = await PredictionTests.ObserveAsync(platform, "brook");

        parts.Close();
        await platform.Inference("brook").StartAsync(farm.Request());

        PredictionTests.AssertEqualsClear(farm, await observer.UntilEndAsync());
        Assert.Equal(0, parts.Count);
        Assert.False(platform.ServiceOf<RunningParts>(other).Closing.IsCancellationRequested);
    }

    private static Task BothSilosKnownAsync(Platform platform) => Until.IsSo(
        async () => (await platform.Grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork).ReadClusterAsync()).Silos == 2
            && platform.Silos.All(silo => platform.ServiceOf<ClusterCapacity>(silo).PartsInFlight == 16),
        "every silo knows of both");
}
