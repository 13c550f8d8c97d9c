namespace FheOrleans.Grains.Tests;

/// <summary>The node dies between every two writes of a live forecast's life. What was acknowledged stays, and every forecast comes once.</summary>
public sealed class SubscriptionCrashTests
{
    [Fact]
    public async Task Append_CrashAfterEveryWrite_LosesNothingAndDoublesNothing()
    {
        using var farm = LiveFarm.Squares();
        var platform = await Platform.StartAsync();
        await SubscriptionTests.SubscribeAsync(platform, farm);
        var (point, acknowledged) = (0, 0);
        for (var writes = 0; ; writes++)
        {
            point++;
            platform.PowerCut.After(writes);
            var grain = platform.Subscription("brook");
            var (sent, next) = (platform.PowerCut.Reached, point);
            var appending = Task.Run(async () =>
            {
                await farm.AppendAsync(grain, next);
                Volatile.Write(ref acknowledged, next);
                await SubscriptionTests.IdleAsync(grain);
            });
            var isCut = await Task.WhenAny(appending, sent) == sent;

            platform = await platform.CrashAsync();
            grain = platform.Subscription("brook");
            var after = await grain.DescribeAsync();
            Assert.True(after.Appended >= Volatile.Read(ref acknowledged), $"After {writes} writes: point {acknowledged} was acknowledged, {after.Appended} is there.");
            await farm.AppendAsync(grain, point); // As a client that had no answer does: the same bytes again.
            Assert.Equal((point, point), (await SubscriptionTests.IdleAsync(grain) is var idle ? (idle.Appended, idle.Computed) : default));
            if (!isCut) break;
        }
        await using var last = platform;
        var events = await SubscriptionTests.EventsAsync(last, "brook");
        Assert.Equal(Enumerable.Range(4, point - 3), events.Select(item => item.Part));
        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(item => (int)item.Sequence));
        foreach (var forecast in events) farm.AssertEqualsClear(forecast);
        Assert.True(point > 12, $"Only {point} points: the writes of an append are not all tried.");
        var ledger = await last.Grains.GetGrain<ILedgerGrain>(GrainKeys.DataOwner(Platform.Tenant, "brook")).ReadAsync(0, Limits.LedgerEntriesPerRead);
        Assert.Equal(point, ledger.Entries.Count(entry => entry.Statement.Contains("datasetAppended", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Upgrade_CrashAfterEveryWrite_IsDoneOrNotAndForecastsByTheRightVersion()
    {
        using var farm = LiveFarm.Linear();
        Networks.Network[] versions = [farm.Network, LiveFarm.LinearNetwork(moved: 0.5)];
        var platform = await Platform.StartAsync();
        var grain = await SubscriptionTests.SubscribeAsync(platform, farm);
        await platform.Model("lab").PublishAsync(versions[1].ToJson(), ModelVisibility.Tenant);
        var point = 0;
        while (point < 4) await farm.AppendAsync(grain, ++point);
        await SubscriptionTests.IdleAsync(grain);
        for (var (writes, version) = (0, 2); ; writes++, version = 3 - version)
        {
            platform.PowerCut.After(writes);
            var (target, cut) = (platform.Subscription("brook"), platform.PowerCut.Reached);
            var wanted = version;
            var upgrading = Task.Run(async () =>
            {
                await target.UpgradeAsync(wanted);
                await SubscriptionTests.IdleAsync(target);
            });
            var isCut = await Task.WhenAny(upgrading, cut) == cut;

            platform = await platform.CrashAsync();
            grain = platform.Subscription("brook");
            await grain.UpgradeAsync(version);
            await farm.AppendAsync(grain, ++point);
            await SubscriptionTests.IdleAsync(grain);
            Assert.Equal(version, (await grain.DescribeAsync()).Request.Version);
            var newest = (await SubscriptionTests.EventsAsync(platform, "brook"))[^1];
            Assert.Equal((point, version), (newest.Part, newest.Version));
            farm.AssertEqualsClear(newest, versions[version - 1]);
            if (!isCut) break;
        }
        await using var last = platform;
        var events = await SubscriptionTests.EventsAsync(last, "brook");
        Assert.Equal(events.Count, events.Select(item => (item.Part, item.Version)).Distinct().Count());
        Assert.Equal(Enumerable.Range(3, point - 2), events.Select(item => item.Part).Distinct().Order());
    }

    [Fact]
    public async Task Delete_CrashAfterEveryWrite_LeavesNothing()
    {
        using var farm = LiveFarm.Linear();
        var platform = await Platform.StartAsync();
        await SubscriptionTests.SubscribeAsync(platform, farm);
        for (var writes = 0; ; writes++)
        {
            var grain = platform.Subscription("brook");
            await grain.CreateAsync(LiveFarm.Request());
            await farm.AppendAsync(grain, 1);
            await SubscriptionTests.IdleAsync(grain);
            var incarnation = await grain.ReadIncarnationAsync();
            platform.PowerCut.After(writes);
            var cut = platform.PowerCut.Reached;
            var isCut = await Task.WhenAny(Task.Run(() => grain.DeleteAsync(incarnation)), cut) == cut;

            platform = await platform.CrashAsync();
            await platform.Subscription("brook").DeleteAsync(incarnation);
            Assert.Equal(0, await platform.Service<IPayloadStore>().MeasureAsync($"{Platform.Tenant}/brook/subscriptions"));
            await Assert.ThrowsAsync<NotFoundException>(() => platform.Subscription("brook").DescribeAsync());
            Assert.DoesNotContain((await platform.Owner("brook").DescribeAsync()).Catalog, entry => entry.Kind == CatalogKind.Subscription);
            if (!isCut) break;
        }
        await platform.DisposeAsync();
    }
}
