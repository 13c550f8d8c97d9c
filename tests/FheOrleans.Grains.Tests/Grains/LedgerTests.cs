using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FheOrleans.Grains.Tests;

/// <summary>The ledger: what was stored, computed and deleted, in order, each entry holding the hash of the one before.</summary>
public sealed class LedgerTests
{
    [Fact]
    public async Task Ledger_AfterUploadAndInference_HasAnEntryForEachAndTheChainHolds()
    {
        using var farm = TestFarm.Square();
        var before = await Platform.StartAsync();
        await farm.UploadAllAsync(before, "brook");
        var events = await PredictionTests.InferAsync(before, "brook", farm.Request());

        await using var after = await before.RestartAsync();
        var entries = await ReadAllAsync(after, "brook");

        Assert.Equal(["keySetStored keys", "datasetCompleted herd", "inferenceCompleted july"], entries.Select(Words));
        Assert.Equal(Convert.ToHexStringLower((await after.KeySet("brook").DescribeAsync()).Sha256!), Text(entries[0], "contentSha256"));
        Assert.Equal(Hex(events[^1].Receipt!.Statement), Text(entries[2], "contentSha256"));
        Assert.Empty(await ReadAllAsync(after, "moor"));
    }

    [Fact]
    public async Task Append_SameReferenceAgain_IsEnteredOnce()
    {
        await using var platform = await Platform.StartAsync();
        var ledger = platform.Grains.GetGrain<ILedgerGrain>(GrainKeys.DataOwner(Platform.Tenant, "brook"));
        var fact = new LedgerFact { Kind = LedgerKind.DatasetCompleted, Subject = "herd", ContentSha256 = new byte[32], Reference = Guid.NewGuid() };

        var first = await ledger.AppendAsync(fact);
        var again = await ledger.AppendAsync(fact);
        var other = await ledger.AppendAsync(fact with { Reference = Guid.NewGuid() });

        Assert.Equal((first, 2), (again, other.Number));
    }

    [Fact]
    public async Task Read_InPages_GivesEachEntryOnceAndTheSameHead()
    {
        await using var platform = await Platform.StartAsync();
        var ledger = platform.Grains.GetGrain<ILedgerGrain>(GrainKeys.DataOwner(Platform.Tenant, "brook"));
        for (var i = 0; i < 7; i++)
            await ledger.AppendAsync(new() { Kind = LedgerKind.DatasetDeleted, Subject = $"d-{i}", Reference = Guid.NewGuid() });

        Assert.Equal(Enumerable.Range(0, 7).Select(i => $"datasetDeleted d-{i}"), (await ReadAllAsync(platform, "brook", pageSize: 3)).Select(Words));
    }

    [Fact]
    public async Task DescribeInference_EndNotInTheLedgerYet_IsStillRunning()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var (writing, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        platform.Payloads.BeforeRead = key => key.EndsWith("/receipts/whole", StringComparison.Ordinal) ? Hold(writing, release) : Task.CompletedTask;
        var observer = await PredictionTests.ObserveAsync(platform, "brook");
        await platform.Inference("brook").StartAsync(farm.Request());
        await Within.Time(writing.Task, "the end, on its way to the ledger");

        Assert.Equal(InferenceState.Running, (await platform.Inference("brook").DescribeAsync()).State);
        Assert.DoesNotContain("inferenceCompleted july", (await ReadAllAsync(platform, "brook")).Select(Words));
        release.SetResult();
        await observer.UntilEndAsync();

        Assert.Equal(InferenceState.Completed, (await platform.Inference("brook").DescribeAsync()).State);
        Assert.Contains("inferenceCompleted july", (await ReadAllAsync(platform, "brook")).Select(Words));
    }

    /// <summary>All entries, after numbers, chain and signed heads were checked.</summary>
    internal static async Task<List<JsonElement>> ReadAllAsync(Platform platform, string owner, int pageSize = 100)
    {
        var ledger = platform.Grains.GetGrain<ILedgerGrain>(GrainKeys.DataOwner(Platform.Tenant, owner));
        var (entries, previous) = (new List<JsonElement>(), new string('0', 64));
        while (true)
        {
            var page = await ledger.ReadAsync(entries.Count, pageSize);
            foreach (var entry in page.Entries)
            {
                using var json = JsonDocument.Parse(entry.Statement);
                Assert.Equal((entries.Count + 1, previous), (json.RootElement.GetProperty("number").GetInt32(), Text(json.RootElement, "previousSha256")));
                Assert.Equal((Platform.Tenant, owner), (Text(json.RootElement, "tenant"), Text(json.RootElement, "owner")));
                entries.Add(json.RootElement.Clone());
                previous = Hex(entry.Statement);
            }
            if (page.More) continue;
            var head = ReceiptTests.Checked(page.Head);
            Assert.Equal((entries.Count, previous), (head.GetProperty("number").GetInt32(), Text(head, "sha256")));
            return entries;
        }
    }

    internal static string Words(JsonElement entry) => $"{Text(entry, "kind")} {Text(entry, "subject")}";

    private static Task Hold(TaskCompletionSource reached, TaskCompletionSource until)
    {
        reached.TrySetResult();
        return until.Task;
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static string Hex(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
