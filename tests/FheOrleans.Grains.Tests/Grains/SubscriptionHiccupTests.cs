namespace FheOrleans.Grains.Tests;

/// <summary>
/// Each access to storage of a live forecast's life fails once, and nothing dies: what is acknowledged is appended, and is computed without
/// a restart.
/// </summary>
public sealed class SubscriptionHiccupTests
{
    [Fact]
    public async Task Append_EachAccessFailsOnce_LosesNothingAndDoublesNothing()
    {
        using var farm = LiveFarm.Narrow();
        await using var platform = await StartAsync();
        var grain = await SubscriptionTests.SubscribeAsync(platform, farm);
        var point = 0;
        foreach (var round in StorageHiccup.Rounds)
        {
            for (var (accesses, isMet) = (0, true); isMet; accesses++)
            {
                platform.Hiccup.After(accesses, round);
                point++;
                for (var chunk = 0; chunk < farm.Plan.InputCiphertexts; chunk++)
                {
                    var (next, bytes) = (chunk, farm.Chunk(point, chunk));
                    await JobHiccupTests.AgainAsync(() => grain.AppendAsync(point, next, bytes));
                }
                await ComputedAsync(platform, grain, point, $"point {point}, whose access {accesses} failed");

                isMet = platform.Hiccup.WasMet;
                platform.Hiccup.End();
            }
        }
        var events = await SubscriptionTests.EventsAsync(platform, "brook");
        Assert.Equal(Enumerable.Range(2, point - 1), events.Select(item => item.Part));
        foreach (var forecast in events) farm.AssertEqualsClear(forecast);
        Assert.True(point > 12, $"Only {point} points: the accesses of an append are not all tried.");
        var ledger = await platform.Grains.GetGrain<ILedgerGrain>(GrainKeys.DataOwner(Platform.Tenant, "brook"))
            .ReadAsync(0, Limits.LedgerEntriesPerRead);
        Assert.Equal(point, ledger.Entries.Count(entry => entry.Statement.Contains("datasetAppended", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Upgrade_EachAccessFailsOnce_ForecastsByTheRightVersion()
    {
        using var farm = LiveFarm.Linear();
        Networks.Network[] versions = [farm.Network, LiveFarm.LinearNetwork(moved: 0.5)];
        await using var platform = await StartAsync();
        var grain = await SubscriptionTests.SubscribeAsync(platform, farm);
        await platform.Model("lab").PublishAsync(versions[1].ToJson(), ModelVisibility.Tenant);
        var point = 0;
        while (point < 4) await farm.AppendAsync(grain, ++point);
        await SubscriptionTests.IdleAsync(grain);
        foreach (var round in StorageHiccup.Rounds)
        {
            for (var (accesses, isMet) = (0, true); isMet; accesses++)
            {
                var version = 3 - (await grain.DescribeAsync()).Request.Version; // The other one, to and fro.
                platform.Hiccup.After(accesses, round);
                await JobHiccupTests.AgainAsync(() => grain.UpgradeAsync(version));
                await ComputedAsync(platform, grain, point, $"the upgrade whose access {accesses} failed");
                isMet = platform.Hiccup.WasMet;
                platform.Hiccup.End();

                await farm.AppendAsync(grain, ++point);
                await SubscriptionTests.IdleAsync(grain);
                var newest = (await SubscriptionTests.EventsAsync(platform, "brook"))[^1];
                Assert.Equal((point, version), (newest.Part, newest.Version));
                farm.AssertEqualsClear(newest, versions[version - 1]);
            }
        }
        Assert.True(point > 12, $"Only {point} points: the accesses of an upgrade are not all tried.");
    }

    private static Task<Platform> StartAsync() => Platform.StartAsync(options => options.WorkCheckPeriod = TimeSpan.FromSeconds(1));

    private static Task ComputedAsync(Platform platform, ISubscriptionGrain grain, int point, string what) => Until.IsSo(
        async () =>
        {
            var description = await JobHiccupTests.TryAsync(() => grain.DescribeAsync());
            var isComputed = description is { } now && now.Computed == point && now.State == SubscriptionState.Active;
            // What is left after that, events and what is outlived, ends with the word that nothing is.
            if (isComputed && await platform.Grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork).CountAsync() == 0) return true;
            platform.Clock.Advance(TimeSpan.FromSeconds(1));
            return false;
        },
        what);
}
