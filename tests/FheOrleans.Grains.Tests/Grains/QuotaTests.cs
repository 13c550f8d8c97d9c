namespace FheOrleans.Grains.Tests;

/// <summary>What tenants may use, and that what is stored is what is counted.</summary>
public sealed class QuotaTests
{
    [Fact]
    public async Task Measure_WhateverWasDoneAndAfterACrash_IsWhatStorageHolds()
    {
        using var farm = TestFarm.Linear();
        var platform = await Platform.StartAsync();
        await farm.UploadAllAsync(platform, "brook");
        var uploaded = await Quota(platform).MeasureAsync();
        Assert.Equal((1, 1), (uploaded.KeySets, uploaded.Datasets));
        Assert.True(uploaded.Bytes > farm.Key(KeyObject.PublicKey).Length);
        await PredictionTests.InferAsync(platform, "brook", farm.Request());
        var inferred = await Quota(platform).MeasureAsync();
        Assert.True(inferred.Bytes > uploaded.Bytes);

        platform = await platform.CrashAsync();
        Assert.Equal(inferred, await Quota(platform).MeasureAsync());
        Assert.Equal(new StoredUsage(), await platform.Grains.GetGrain<ITenantQuotaGrain>("other").MeasureAsync());

        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Inference, "july");
        Assert.Equal(uploaded, await Quota(platform).MeasureAsync());
        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Dataset, "herd");
        var withoutData = await Quota(platform).MeasureAsync();
        Assert.Equal((1, 0), (withoutData.KeySets, withoutData.Datasets));
        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.KeySet, "keys");
        var withoutKeys = await Quota(platform).MeasureAsync();
        Assert.Equal((0, 0), (withoutKeys.KeySets, withoutKeys.Datasets));
        Assert.True(withoutKeys.Bytes < withoutData.Bytes && withoutData.Bytes < uploaded.Bytes);
        await platform.DisposeAsync();
    }

    [Fact]
    public async Task Declare_MoreThanTheTenantMayHave_IsRefusedUntilOneIsDeleted()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await Quota(platform).SetAsync(new() { KeySets = 2, Datasets = 1 });
        await farm.UploadAllAsync(platform, "brook");
        await platform.KeySet("hill").DeclareAsync(farm.Declaration);

        // Of all its owners together: who asks has none.
        await RefusedAsync(QuotaNames.KeySets, 3, 2, () => platform.KeySet("dale").DeclareAsync(farm.Declaration));
        await RefusedAsync(QuotaNames.Datasets, 2, 1, () => platform.Dataset("hill").DeclareAsync(farm.DatasetDeclaration()));
        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Dataset, "herd");
        await platform.Dataset("hill").DeclareAsync(farm.DatasetDeclaration());
        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.KeySet, "keys");
        await platform.KeySet("dale").DeclareAsync(farm.Declaration);

        var usage = await Quota(platform).MeasureAsync();
        Assert.Equal((2, 1), (usage.KeySets, usage.Datasets));
    }

    [Fact]
    public async Task Store_MoreBytesThanTheTenantMay_IsRefusedBeforeAnythingIsWritten()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");
        var declaration = farm.DatasetDeclaration();
        await platform.Dataset("brook").DeclareAsync(declaration);
        var chunk = farm.Chunk(declaration, 0);
        var used = (await Quota(platform).MeasureAsync()).Bytes;
        await Quota(platform).SetAsync(new() { StoredBytes = used + chunk.Length - 1 });

        var writes = platform.Payloads.Writes;
        await RefusedAsync(
            QuotaNames.StoredBytes, used + chunk.Length, used + chunk.Length - 1, () => platform.Dataset("brook").PutChunkAsync(0, chunk));
        Assert.Equal(writes, platform.Payloads.Writes);
        Assert.Equal(used, (await Quota(platform).MeasureAsync()).Bytes);
        await RefusedAsync(QuotaNames.StoredBytes, null, used + chunk.Length - 1, () => farm.UploadKeysAsync(platform, "hill"));
        Assert.Equal(writes, platform.Payloads.Writes);

        await Quota(platform).SetAsync(new() { StoredBytes = used + (2 * chunk.Length) });
        await platform.Dataset("brook").PutChunkAsync(0, chunk);
    }

    [Fact]
    public async Task Reserve_RefusedAgainAndAgain_MeasuresOnceInAWhile()
    {
        await using var platform = await Platform.StartAsync();
        var meter = (WatchedMeter)platform.Service<IUsageMeter>();
        await Quota(platform).SetAsync(new() { StoredBytes = 1000 });
        async Task<int> MeasuredAsync(int refusals)
        {
            var before = meter.Count;
            for (var i = 0; i < refusals; i++)
                await Assert.ThrowsAsync<QuotaExceededException>(() => Quota(platform).ReserveAsync(new() { Bytes = 1001 }));
            return meter.Count - before;
        }

        Assert.Equal(1, await MeasuredAsync(refusals: 100));
        platform.Clock.Advance(TimeSpan.FromSeconds(6)); // Something may have made room unseen.
        Assert.Equal(1, await MeasuredAsync(refusals: 100));
        // It may not have been stored after all.
        await Quota(platform).SettleAsync(await Quota(platform).ReserveAsync(new() { Bytes = 10 }));
        await Quota(platform).ReadAsync();
        Assert.Equal(1, await MeasuredAsync(refusals: 100));
        await Quota(platform).NoteDeletionAsync();
        Assert.Equal(1, await MeasuredAsync(refusals: 100));
#if !ORLEANS
        platform.Clock.SetBack(TimeSpan.FromHours(1));
        Assert.Equal(1, await MeasuredAsync(refusals: 100));
#endif
    }

    [Fact]
    public async Task Reserve_ManyAtOnce_NeverLetInMoreThanFits()
    {
        await using var platform = await Platform.StartAsync();
        await Quota(platform).SetAsync(new() { StoredBytes = 1000 });

        var granted = (await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => TryReserveAsync(90)))).OfType<Guid>().ToList();

        Assert.Equal(11, granted.Count);
        foreach (var reservation in granted) await Quota(platform).SettleAsync(reservation);
        await Quota(platform).MeasureAsync(); // None of it was stored after all.
        // Nobody waits for the word that a write is over: in a cluster it may come after what was called later.
        await Until.IsSo(async () => await TryReserveAsync(1000) is not null, "what was settled is free");
        await Assert.ThrowsAsync<QuotaExceededException>(() => Quota(platform).ReserveAsync(new() { Bytes = 1 }));
        platform.Clock.Advance(TimeSpan.FromMinutes(11)); // Whoever held it has gone.
        await Quota(platform).ReserveAsync(new() { Bytes = 1000 });

        async Task<Guid?> TryReserveAsync(int bytes)
        {
            try
            {
                return await Quota(platform).ReserveAsync(new() { Bytes = bytes });
            }
            catch (QuotaExceededException)
            {
                return null;
            }
        }
    }

    [Fact]
    public async Task Start_MoreThanMayRun_WaitTheirTurnAndMoreAreRefused()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        await Quota(platform).SetAsync(new() { RunningInferences = 1, QueuedInferences = 2 });
        var release = new TaskCompletionSource();
        platform.Payloads.BeforeRead = key => key.Contains("/datasets/", StringComparison.Ordinal) ? release.Task : Task.CompletedTask;
        try
        {
            foreach (var name in new[] { "one", "two", "three" }) await platform.Inference("brook", name).StartAsync(farm.Request());

            await RefusedAsync(
                QuotaNames.QueuedInferences, 3, 2, () => platform.Inference("brook", "four").StartAsync(farm.Request()), isTransient: true);
            var work = platform.Grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork);
            Assert.Equal(new TenantWork { Running = 1, Queued = 2 }, await work.ReadWorkAsync(Platform.Tenant));
            Assert.Equal(new TenantWork(), await work.ReadWorkAsync("other"));
            Assert.Equal(InferenceState.Running, (await platform.Inference("brook", "one").DescribeAsync()).State);
            Assert.Equal(InferenceState.Accepted, (await platform.Inference("brook", "two").DescribeAsync()).State);
            await platform.Inference("brook", "two").CancelAsync();
            await platform.Inference("brook", "four").StartAsync(farm.Request());
        }
        finally
        {
            release.SetResult();
        }
        foreach (var name in new[] { "three", "four" })
            Assert.Equal(PredictionState.Completed, (await PredictionTests.InferAsync(platform, "brook", farm.Request(), name))[^1].State);
    }

    [Fact]
    public async Task Set_ValuesThatNobodyCouldLiveWith_AreRefused()
    {
        await using var platform = await Platform.StartAsync();

        await Assert.ThrowsAsync<InvalidPayloadException>(() => Quota(platform).SetAsync(new() { RunningInferences = 0 }));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => Quota(platform).SetAsync(new() { RequestsPerMinute = 0 }));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => Quota(platform).SetAsync(new() { StoredBytes = -1 }));
        var set = await Quota(platform).SetAsync(new() { StoredBytes = 0 });

        Assert.Equal(new TenantQuotas { StoredBytes = 0 }, set.Set);
        Assert.Equal(new FheGrainsOptions().DefaultQuotas with { StoredBytes = 0 }, set.InForce);
    }

    private static ITenantQuotaGrain Quota(Platform platform) =>
        platform.Grains.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(Platform.Tenant));

    private static async Task RefusedAsync(string quota, long? found, long limit, Func<Task> call, bool isTransient = false)
    {
        var refused = await Assert.ThrowsAsync<QuotaExceededException>(call);
        Assert.Equal((quota, found ?? refused.Found, limit, isTransient), (refused.Quota, refused.Found, refused.Limit, refused.IsTransient));
    }
}
