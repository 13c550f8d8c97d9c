using FheOrleans.Grains.Owners;
#if !ORLEANS
using FheOrleans.Silo.Storage;
#endif
using Microsoft.Data.Sqlite;
#if !ORLEANS
using Orleans;
using Orleans.Runtime;
#endif

namespace FheOrleans.Grains.Tests;

/// <summary>A data owner's events: numbered without gaps, kept, read, pushed in order and at least once.</summary>
public sealed class EventTests
{
    [Fact]
    public async Task Publish_ManyAtOnce_NumbersWithoutGapsAndInOrder()
    {
        await using var platform = await Platform.StartAsync();
        var observer = await PredictionTests.ObserveAsync(platform, "brook");

        var numbers = await Task.WhenAll(Enumerable.Range(0, 40).Select(part => platform.Owner("brook").PublishEventAsync(Event(part))));

        Assert.Equal(Enumerable.Range(1, 40).Select(number => (long)number), numbers.Order());
        for (var number = 1; number <= 40; number++) Assert.Equal(number, (await observer.NextAsync()).Sequence);
        var read = await PredictionTests.AllEventsAsync(platform, "brook");
        Assert.Equal(numbers.Order(), read.Select(item => item.Sequence));
    }

    [Fact]
    public async Task Publish_SameEventAgain_KeepsItsNumber()
    {
        await using var platform = await Platform.StartAsync();
        var first = await platform.Owner("brook").PublishEventAsync(Event(0));

        Assert.Equal(first, await platform.Owner("brook").PublishEventAsync(Event(0)));
        Assert.Equal(first + 1, await platform.Owner("brook").PublishEventAsync(Event(1)));
    }

    [Fact]
    public async Task Read_AfterRestart_GoesOnNumbering()
    {
        var before = await Platform.StartAsync();
        await before.Owner("brook").PublishEventAsync(Event(0));
        await using var after = await before.RestartAsync();

        Assert.Equal(2, await after.Owner("brook").PublishEventAsync(Event(1)));
        Assert.Equal([2L], (await after.Owner("brook").ReadEventsAsync(1, 100)).Select(item => item.Sequence));
    }

    [Fact]
    public async Task Publish_MoreThanAreKept_ForgetsTheOldest()
    {
        await using var platform = await Platform.StartAsync(options => options.MaximumEvents = 3);
        for (var part = 0; part < 5; part++) await platform.Owner("brook").PublishEventAsync(Event(part));

        Assert.Equal([3L, 4, 5], (await platform.Owner("brook").ReadEventsAsync(0, 16)).Select(item => item.Sequence));
        Assert.Equal([5L], (await platform.Owner("brook").ReadEventsAsync(4, 16)).Select(item => item.Sequence));
        Assert.Empty(await platform.Owner("brook").ReadEventsAsync(5, 16));
        Assert.Empty(await platform.Owner("brook").ReadEventsAsync(long.MaxValue, 16));
    }

    [Fact]
    public async Task Publish_HundredsKept_CostsNoMoreThanAtTheBeginning()
    {
        const int Events = (4 * EventLog.SegmentEvents) + 5;
        await using var platform = await Platform.StartAsync();
        var (first, most) = (0L, 0L);
        for (var part = 0; part < Events; part++)
        {
            await platform.Owner("brook").PublishEventAsync(Event(part));
            var bytes = await StateBytesAsync(platform, "brook");
            if (part == 0) first = bytes;
            most = Math.Max(most, bytes);
        }

        Assert.InRange(most, first, EventLog.SegmentEvents * first);
        Assert.Equal(Enumerable.Range(1, Events).Select(number => (long)number), (await PredictionTests.AllEventsAsync(platform, "brook")).Select(item => item.Sequence));
        Assert.Equal([33L, 34, 35], (await platform.Owner("brook").ReadEventsAsync(32, 3)).Select(item => item.Sequence));
        Assert.Equal(1, await platform.Owner("brook").PublishEventAsync(Event(0)));
        Assert.Equal(40, await platform.Owner("brook").PublishEventAsync(Event(39)));
    }

    [Fact]
    public async Task Publish_ManyMoreThanAreKept_HoldsNoMorePayloadsThanThese()
    {
        const int Kept = 50, Events = 200;
        var before = await Platform.StartAsync(options => options.MaximumEvents = Kept);
        for (var part = 0; part < Events; part++) await before.Owner("brook").PublishEventAsync(Event(part));
        var bytes = await before.Payloads.MeasureAsync($"{Platform.Tenant}/brook/events");

        await using var after = await before.RestartAsync();
        Assert.Equal(Enumerable.Range(Events - Kept + 1, Kept).Select(number => (long)number), (await PredictionTests.AllEventsAsync(after, "brook")).Select(item => item.Sequence));
        for (var part = 0; part < EventLog.SegmentEvents; part++) await after.Owner("brook").PublishEventAsync(Event(Events + part));
        Assert.InRange(await after.Payloads.MeasureAsync($"{Platform.Tenant}/brook/events"), bytes - 100, bytes + 100);
        Assert.Equal(Events + EventLog.SegmentEvents + 1, await after.Owner("brook").PublishEventAsync(Event(0))); // Forgotten long ago: it is another.
    }

#if !ORLEANS
    [Fact]
    public async Task Publish_CrashAfterEveryWrite_NumbersOnceAndWithoutGaps()
    {
        var platform = await Platform.StartAsync(options => options.MaximumEvents = EventLog.SegmentEvents + 1);
        const int Before = EventLog.SegmentEvents - 2;
        var next = 0;
        while (next < Before) await platform.Owner("brook").PublishEventAsync(Event(next++));
        for (var round = 0; round < 2 * EventLog.SegmentEvents; round++)
        {
            platform.PowerCut.After(round % 3);
            var (owner, cut, part) = (platform.Owner("brook"), platform.PowerCut.Reached, next);
            var publishing = Task.Run(() => owner.PublishEventAsync(Event(part)));
            await Task.WhenAny(publishing, cut);
            platform = await platform.CrashAsync();
            Assert.Equal(next + 1, await platform.Owner("brook").PublishEventAsync(Event(next)));
            next++;
        }
        await using var last = platform;
        var kept = await PredictionTests.AllEventsAsync(last, "brook");
        Assert.Equal(Enumerable.Range(next - EventLog.SegmentEvents, EventLog.SegmentEvents + 1), kept.Select(item => (int)item.Sequence));
        Assert.Equal(kept.Select(item => (int)item.Sequence - 1), kept.Select(item => item.Part));
    }

    [Fact]
    public async Task Read_RecordOfOldWithAllEventsInIt_GoesOnFromThere()
    {
        const int Old = 100;
        await using var platform = await Platform.StartAsync(options => options.MaximumEvents = Old);
        var record = new GrainState<EventsState>
        {
            State = new() { LastSequence = Old + 7, Events = [.. Enumerable.Range(8, Old).Select(number => Event(number) with { Sequence = number })] },
        };
        await new SqliteGrainStorage(platform.Service<SqliteDatabase>()).WriteStateAsync("events", GrainId.Create("dataowner", $"{Platform.Tenant}/brook"), record);

        Assert.Equal([8L, 9], (await platform.Owner("brook").ReadEventsAsync(0, 2)).Select(item => item.Sequence));
        Assert.Equal(20, await platform.Owner("brook").PublishEventAsync(Event(20)));
        Assert.Equal(Old + 8, await platform.Owner("brook").PublishEventAsync(Event(Old + 8)));
        Assert.Equal([9L, 10], (await platform.Owner("brook").ReadEventsAsync(0, 2)).Select(item => item.Sequence));
        Assert.Equal([Old + 7L, Old + 8L], (await platform.Owner("brook").ReadEventsAsync(Old + 6, 16)).Select(item => item.Sequence));
    }
#endif

    [Fact]
    public async Task Push_SlowObserver_HoldsUpNobodyAndMissesNothing()
    {
        await using var platform = await Platform.StartAsync();
        var (slow, fast, go) = (await PredictionTests.ObserveAsync(platform, "brook"), await PredictionTests.ObserveAsync(platform, "brook"), new TaskCompletionSource());
        slow.BeforeTaking = _ => go.Task;

        for (var part = 0; part < 20; part++) await platform.Owner("brook").PublishEventAsync(Event(part));
        for (var number = 1; number <= 20; number++) Assert.Equal(number, (await fast.NextAsync()).Sequence);
        go.SetResult();

        for (var number = 1; number <= 20; number++) Assert.Equal(number, (await slow.NextAsync()).Sequence);
    }

    [Fact]
    public async Task Push_FailingObserver_IsDroppedAndTheOthersAreNot()
    {
        await using var platform = await Platform.StartAsync();
        var (failing, good) = (await PredictionTests.ObserveAsync(platform, "brook"), await PredictionTests.ObserveAsync(platform, "brook"));
        var calls = 0;
        failing.BeforeTaking = _ => ++calls > 0 ? throw new InvalidOperationException("gone") : Task.CompletedTask;

        await platform.Owner("brook").PublishEventAsync(Event(0));
        await platform.Log.Logged(130);
        await platform.Owner("brook").PublishEventAsync(Event(1));

        Assert.Equal(1, (await good.NextAsync()).Sequence);
        Assert.Equal(2, (await good.NextAsync()).Sequence);
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Subscription_NotRenewed_Ends()
    {
        await using var platform = await Platform.StartAsync();
        var (kept, ended) = (await PredictionTests.ObserveAsync(platform, "brook"), new TestObserver());
        platform.KeepAlive(ended);
        var (keptReference, endedReference) = (platform.Grains.CreateObjectReference<IPredictionObserver>(kept), platform.Grains.CreateObjectReference<IPredictionObserver>(ended));
        await platform.Owner("brook").SubscribeAsync(endedReference);
        await platform.Owner("brook").SubscribeAsync(keptReference);

        platform.Clock.Advance(Limits.SubscriptionLease / 2);
        await platform.Owner("brook").SubscribeAsync(keptReference);
        platform.Clock.Advance((Limits.SubscriptionLease / 2) + TimeSpan.FromSeconds(1));
        ended.BeforeTaking = _ => throw new InvalidOperationException("It must not be called.");
        await platform.Owner("brook").PublishEventAsync(Event(0));

        Assert.Equal(1, (await kept.NextAsync()).Sequence);
        await platform.Owner("brook").UnsubscribeAsync(keptReference);
        await platform.Owner("brook").PublishEventAsync(Event(1));
        Assert.DoesNotContain(platform.Log.Lines, line => line.Id == 130);
    }

    [Fact]
    public async Task Subscribe_MoreThanAllowed_LimitExceeded()
    {
        await using var platform = await Platform.StartAsync(options => options.MaximumObservers = 1);
        await PredictionTests.ObserveAsync(platform, "brook");

        await Assert.ThrowsAsync<LimitExceededException>(() => PredictionTests.ObserveAsync(platform, "brook"));
    }

    [Fact]
    public async Task Catalog_WhatAnOwnerHas_IsListedUntilDeleted()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await platform.Owner("lab").JoinAsync();
        await platform.Owner("brook").JoinAsync();
        await farm.UploadAllAsync(platform, "brook");
        await PredictionTests.InferAsync(platform, "brook", farm.Request());

        Assert.Equal(
            [(CatalogKind.KeySet, "keys"), (CatalogKind.Dataset, "herd"), (CatalogKind.Inference, "july")],
            (await platform.Owner("brook").DescribeAsync()).Catalog.Select(entry => (entry.Kind, entry.Id)));
        Assert.Equal([(CatalogKind.Model, "yield")], (await platform.Owner("lab").DescribeAsync()).Catalog.Select(entry => (entry.Kind, entry.Id)));

        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Dataset, "herd");
        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.KeySet, "keys");
        Assert.Equal(["july"], (await platform.Owner("brook").DescribeAsync()).Catalog.Select(entry => entry.Id));
    }

    /// <summary>How large the record is that a publication writes.</summary>
    private static async Task<long> StateBytesAsync(Platform platform, string owner)
    {
        await using var reader = new SqliteConnection($"Data Source={platform.DatabaseFile};Pooling=False");
        await reader.OpenAsync();
        await using var command = reader.CreateCommand();
        command.CommandText = "SELECT length(value) FROM grain_state WHERE grain LIKE $grain AND name = 'events'";
        command.Parameters.AddWithValue("$grain", $"%/{Platform.Tenant}/{owner}");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static PredictionEvent Event(int part) => new() { Inference = "july", State = PredictionState.PartCompleted, Part = part, Parts = 100, KeySet = "keys", Model = "lab/yield", Version = 1 };
}
