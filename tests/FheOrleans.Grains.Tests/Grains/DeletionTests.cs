using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
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

    /// <remarks>
    /// The deletion is cut off between the erasing and its end: somebody outside has the file open, so its log cannot be cut. That goes on over a
    /// crash, until the thing is there anew.
    /// </remarks>
    [Theory, InlineData(CatalogKind.KeySet), InlineData(CatalogKind.Dataset), InlineData(CatalogKind.Inference), InlineData(CatalogKind.Model), InlineData(CatalogKind.Subscription)]
    public async Task Resume_ThingOfTheSameNameMadeSince_Stays(CatalogKind kind)
    {
        using var farm = TestFarm.Linear();
        using var live = LiveFarm.Linear();
        var name = kind switch { CatalogKind.KeySet => "keys", CatalogKind.Dataset => "herd", CatalogKind.Inference => "july", CatalogKind.Model => "own", _ => "live" };
        var before = await Platform.StartAsync();
        if (kind == CatalogKind.Subscription) await SubscriptionTests.SubscribeAsync(before, live);
        else if (kind == CatalogKind.Inference) await farm.UploadAllAsync(before, "brook");
        else if (kind == CatalogKind.Dataset) await farm.UploadKeysAsync(before, "brook");
        await MakeAsync(before);
        var reader = await HoldLogAsync(before);
        await Assert.ThrowsAnyAsync<Exception>(() => Deletions(before).DeleteAsync(kind, name));

        await using var after = await before.CrashAsync();
        await MakeAsync(after);
        var held = new TaskCompletionSource();
        if (kind is CatalogKind.KeySet or CatalogKind.Dataset)
        {
            after.Payloads.BeforeRead = key => key.Contains("/datasets/", StringComparison.Ordinal) ? held.Task : Task.CompletedTask;
            if (kind == CatalogKind.KeySet) await farm.UploadDataAsync(after, "brook");
            await after.Model("lab").PublishAsync(farm.Network.ToJson(), ModelVisibility.Tenant);
            await after.Inference("brook", "august").StartAsync(farm.Request());
        }
        await reader.DisposeAsync();
        await Deletions(after).ResumeAsync();

        held.SetResult();
        Assert.Contains(new CatalogEntry { Kind = kind, Id = name }, await after.Owner("brook").ReadCatalogAsync());
        await (kind switch
        {
            CatalogKind.KeySet => after.KeySet("brook").DescribeAsync(),
            CatalogKind.Dataset => after.Dataset("brook").DescribeAsync(),
            CatalogKind.Inference => after.Inference("brook").DescribeAsync(),
            CatalogKind.Model => after.Model("brook", name).DescribeAsync("brook"),
            _ => (Task)after.Subscription("brook").DescribeAsync(),
        });
        if (kind is CatalogKind.KeySet or CatalogKind.Dataset)
            Assert.NotEqual(InferenceState.Cancelled, (await after.Inference("brook", "august").DescribeAsync()).State);

        async Task MakeAsync(Platform platform)
        {
            if (kind == CatalogKind.KeySet) await farm.UploadKeysAsync(platform, "brook");
            else if (kind == CatalogKind.Dataset) await farm.UploadDataAsync(platform, "brook");
            else if (kind == CatalogKind.Inference) await PredictionTests.InferAsync(platform, "brook", farm.Request());
            else if (kind == CatalogKind.Model) await platform.Model("brook", name).PublishAsync(farm.Network.ToJson(), ModelVisibility.Owner);
            else await platform.Subscription("brook").CreateAsync(LiveFarm.Request());
        }
    }

    [Fact]
    public async Task DeleteOwner_WhoWasOnlyInvited_WithdrawsTheInvitationAndLeavesTheNameFree()
    {
        await using var platform = await Platform.StartAsync();
        var code = await InviteAsync(platform, "brook");

        await Deletions(platform).DeleteOwnerAsync();

        Assert.Empty((await platform.TheTenant.DescribeAsync()).Invited);
        await Assert.ThrowsAsync<AccessRefusedException>(
            () => platform.TheTenant.RedeemAsync("brook", SHA256.HashData(code), new() { Hash = RandomNumberGenerator.GetBytes(32) }));
        Assert.Empty(await LedgerAsync(platform));
        await JoinAsync(platform, "brook");
        Assert.Equal("brook", (await platform.Owner("brook").DescribeAsync()).Owner);
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

    /// <summary>Reads in the node's file from outside, so that its log cannot be cut until the reader is disposed.</summary>
    private static async Task<SqliteConnection> HoldLogAsync(Platform platform)
    {
        var reader = new SqliteConnection($"Data Source={platform.DatabaseFile};Pooling=False");
        await reader.OpenAsync();
        foreach (var text in new[] { "BEGIN", "SELECT count(*) FROM payload" })
        {
            await using var command = reader.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
            command.CommandText = text;
#pragma warning restore CA2100
            await command.ExecuteScalarAsync();
        }
        return reader;
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
