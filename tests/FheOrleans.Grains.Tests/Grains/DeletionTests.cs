using System.Security.Cryptography;
#if !ORLEANS
using FheOrleans.Grains.KeySets;
#endif

namespace FheOrleans.Grains.Tests;

/// <summary>Deletions: bytes gone from the files, keys gone from memory, work cancelled, the ledger told; and ended after a crash.</summary>
public sealed class DeletionTests
{
    [Fact]
    public async Task DeleteDataset_WithItsChunksOnDisk_BytesAreGoneFromTheFiles()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");
        await farm.UploadDataAsync(platform, "brook");
        var chunk = (await platform.Dataset("brook").ReadChunkAsync(0)).Bytes;
        Assert.True(platform.FilesContain(chunk[1000..1064]));

        await Deletions(platform).DeleteAsync(CatalogKind.Dataset, "herd");

        AssertGone(platform, chunk, step: 997);
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Dataset("brook").DescribeAsync());
        Assert.Equal(["keySetStored keys", "datasetCompleted herd", "datasetDeleted herd"], await LedgerAsync(platform));
    }

    [Fact]
    public async Task DeleteKeySet_UsedByAnInference_KeysAreGoneFromFilesAndMemory()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Square();
        await farm.UploadAllAsync(platform, "brook");
        await PredictionTests.InferAsync(platform, "brook", farm.Request());
#if !ORLEANS
        Assert.True(platform.Service<KeyCache>().Bytes > 0);
#endif

        await Deletions(platform).DeleteAsync(CatalogKind.KeySet, "keys");

#if !ORLEANS
        Assert.Equal(0, platform.Service<KeyCache>().Bytes);
#endif
        foreach (var kind in new[] { KeyObject.PublicKey, KeyObject.RelinearizationKeys, KeyObject.GaloisKeys })
            AssertGone(platform, farm.Key(kind), step: 9973);
    }

    [Fact]
    public async Task DeleteKeySet_InferenceRunning_IsCancelledFirst()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var (reading, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        platform.Payloads.BeforeRead = key =>
        {
            if (!key.Contains("/datasets/", StringComparison.Ordinal)) return Task.CompletedTask;
            reading.TrySetResult();
            return release.Task;
        };
        await platform.Inference("brook").StartAsync(farm.Request());
        await Within.Time(reading.Task, "the worker's first read");

        await Deletions(platform).DeleteAsync(CatalogKind.KeySet, "keys");
        release.SetResult();

        Assert.Equal(InferenceState.Cancelled, (await platform.Inference("brook").DescribeAsync()).State);
        Assert.Equal(["keySetStored keys", "datasetCompleted herd", "inferenceCancelled july", "keySetDeleted keys"], await LedgerAsync(platform));
    }

    [Fact]
    public async Task DeleteInference_ThenStartedAgain_IsAnotherWithEventsOfItsOwn()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var first = await PredictionTests.InferAsync(platform, "brook", farm.Request());

        await Deletions(platform).DeleteAsync(CatalogKind.Inference, "july");

        await Assert.ThrowsAsync<NotFoundException>(() => platform.Inference("brook").ReadResultAsync(0));
        Assert.Equal(0, await platform.Payloads.MeasureAsync($"{Platform.Tenant}/brook/inferences"));
        Assert.Null((await PredictionTests.AllEventsAsync(platform, "brook"))[0].Result);
        var second = await PredictionTests.InferAsync(platform, "brook", farm.Request());
        Assert.Equal(first.Count, second.Count(item => item.Sequence > first.Count));
        Assert.NotNull(second.Last(item => item.State == PredictionState.PartCompleted).Result);
    }

    [Fact]
    public async Task Delete_WhatIsNotThere_IsNoErrorAndNoEntry()
    {
        await using var platform = await Platform.StartAsync();

        foreach (var kind in Enum.GetValues<CatalogKind>()) await Deletions(platform).DeleteAsync(kind, "ghost");
        await Deletions(platform).DeleteOwnerAsync();

        Assert.Empty(await LedgerAsync(platform));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => Deletions(platform).DeleteAsync(CatalogKind.Dataset, "../moor/herd"));
    }

    [Fact]
    public async Task DeleteOwner_WithEverything_LeavesTheLedgerAndNothingElse()
    {
        await using var platform = await Platform.StartAsync(options => options.MaximumCatalogEntries = 2);
        using var farm = TestFarm.Linear();
        await JoinAsync(platform, "brook");
        await farm.UploadAllAsync(platform, "brook");
        await platform.Model("brook", "own").PublishAsync(farm.Network.ToJson(), ModelVisibility.Owner);
        // More than the catalog lists: those it has forgotten go too.
        foreach (var name in new[] { "one", "two", "three" }) await PredictionTests.InferAsync(platform, "brook", farm.Request(), name);
        await JoinAsync(platform, "brook-2");
        await farm.UploadKeysAsync(platform, "brook-2"); // A name that begins alike.
        var result = (await platform.Inference("brook", "one").ReadResultAsync(0)).Bytes;

        await Deletions(platform).DeleteOwnerAsync();

        Assert.Equal(0, await platform.Payloads.MeasureAsync($"{Platform.Tenant}/brook"));
        Assert.False(platform.FilesContain(result[500..564]));
        Assert.False(platform.FilesContain(System.Text.Encoding.UTF8.GetBytes("made by a test"))); // The dataset's label.
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Owner("brook").DescribeAsync());
        Assert.Empty(await PredictionTests.AllEventsAsync(platform, "brook"));
        Assert.DoesNotContain("brook", (await platform.TheTenant.DescribeAsync()).Members);
        Assert.Equal("ownerDeleted brook", (await LedgerAsync(platform))[^1]);
        Assert.True((await platform.KeySet("brook-2").DescribeAsync()).IsComplete);
        // The name is not another's: neither by an invitation nor behind its back.
        await Assert.ThrowsAsync<ConflictException>(() => InviteAsync(platform, "brook"));
        await Assert.ThrowsAsync<NotFoundException>(() => platform.KeySet("brook").DeclareAsync(farm.Declaration));
        await Deletions(platform).DeleteOwnerAsync();
        Assert.Single(await LedgerAsync(platform), "ownerDeleted brook");
    }

    [Theory, InlineData("brook/datasets/herd"), InlineData("brook")]
    public async Task Crash_InTheMiddleOfADeletion_IsEndedAtTheNextStart(string payloads)
    {
        using var farm = TestFarm.Linear();
        var before = await Platform.StartAsync();
        await JoinAsync(before, "brook");
        await farm.UploadAllAsync(before, "brook");
        var (deleting, never) = (new TaskCompletionSource(), new TaskCompletionSource());
        before.Payloads.BeforeDelete = key =>
        {
            if (key != $"{Platform.Tenant}/{payloads}") return Task.CompletedTask;
            deleting.TrySetResult();
            return never.Task;
        };
        var isOwner = payloads == "brook";
        _ = isOwner ? Deletions(before).DeleteOwnerAsync() : Deletions(before).DeleteAsync(CatalogKind.Dataset, "herd");
        await Within.Time(deleting.Task, "the erasing of payloads");

        await using var after = await before.CrashAsync();
        await Deletions(after).ResumeAsync(); // What the start has begun; this waits for it.

        Assert.Equal(0, await after.Payloads.MeasureAsync($"{Platform.Tenant}/{payloads}"));
        Assert.Single(await LedgerAsync(after), isOwner ? "ownerDeleted brook" : "datasetDeleted herd");
        if (isOwner) return;
        // A dataset of that name that was begun meanwhile would be another.
        await farm.UploadDataAsync(after, "brook");
        await Deletions(after).ResumeAsync();
        Assert.True((await after.Dataset("brook").DescribeAsync()).IsComplete);
    }

    /// <summary>Looks for pieces of an object in the node's files: every page of it would hold one.</summary>
    private static void AssertGone(Platform platform, byte[] bytes, int step)
    {
        for (var at = 200; at + 64 <= bytes.Length; at += step)
        {
            var piece = bytes[at..(at + 64)];
            if (piece.Distinct().Count() > 20) Assert.False(platform.FilesContain(piece), $"bytes {at} to {at + 64} of {bytes.Length} are left"); // Zeros are everywhere.
        }
    }

    private static IDeletionGrain Deletions(Platform platform) => platform.DeletionsOf("brook");

    private static async Task<List<string>> LedgerAsync(Platform platform) => [.. (await LedgerTests.ReadAllAsync(platform, "brook")).Select(LedgerTests.Words)];

    private static async Task JoinAsync(Platform platform, string owner)
    {
        var code = await InviteAsync(platform, owner);
        await platform.TheTenant.RedeemAsync(owner, SHA256.HashData(code), new() { Hash = RandomNumberGenerator.GetBytes(32) });
    }

    private static async Task<byte[]> InviteAsync(Platform platform, string owner)
    {
        await platform.TheTenant.CreateAsync();
        var code = RandomNumberGenerator.GetBytes(32);
        await platform.TheTenant.InviteAsync(
            owner, new() { CodeHash = SHA256.HashData(code), Expires = platform.Clock.GetUtcNow().AddDays(1), Roles = [MemberRole.Owner] });
        return code;
    }
}
