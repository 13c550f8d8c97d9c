namespace FheOrleans.Grains.Tests;

/// <summary>
/// The node dies between every two writes of a job's whole life: what was acknowledged stays, and the ledger has each step once.
/// </summary>
public sealed class JobCrashTests
{
    private static readonly string[] Entered =
    [
        "keySetStored keys", "datasetCompleted herd", "inferenceCompleted july",
        "inferenceDeleted july", "datasetDeleted herd", "keySetDeleted keys",
    ];

    [Fact]
    public async Task Life_CrashAfterEveryWrite_EachStepIsThereOnceAndNothingOfItIsLeft()
    {
        using var farm = TestFarm.Linear();
        var platform = await Platform.StartAsync();
        await platform.Model("lab").PublishAsync(farm.Network.ToJson(), ModelVisibility.Tenant);
        var declaration = farm.DatasetDeclaration();
        byte[][] chunks = [.. Enumerable.Range(0, (int)declaration.ChunkCount).Select(index => farm.Chunk(declaration, index))];
        var writes = 0;
        for (var isCut = true; isCut; writes++)
        {
            var owner = $"o-{writes}"; // Every life is another owner's.
            var life = new Life(farm, owner, declaration, chunks);
            platform.PowerCut.After(writes);
            var (before, cut) = (platform, platform.PowerCut.Reached);
            isCut = await Task.WhenAny(Task.Run(() => life.GoOnAsync(before)), cut) == cut;
            if (isCut)
            {
                platform = await platform.CrashAsync();
                await Within.Time(life.GoOnAsync(platform), $"the rest of the life that was cut after {writes} writes");
            }

            Assert.Equal(Entered, (await LedgerTests.ReadAllAsync(platform, owner)).Select(LedgerTests.Words));
            Assert.Equal(0, await platform.Service<IPayloadStore>().MeasureAsync($"{Platform.Tenant}/{owner}"));
            var events = await PredictionTests.AllEventsAsync(platform, owner);
            Assert.Equal([1L, 2L], events.Select(item => item.Sequence));
            Assert.Equal([PredictionState.PartCompleted, PredictionState.Completed], events.Select(item => item.State));
        }
        Assert.True(writes > 30, $"Only {writes} writes: those of a life are not all tried.");
        await platform.DisposeAsync();
    }

    /// <summary>Uploads the one key as the node's own client does: from where the node stands.</summary>
    internal static async Task UploadKeyAsync(Platform platform, TestFarm farm, string owner)
    {
        var grain = platform.KeySet(owner);
        var (bytes, half) = (farm.Key(KeyObject.PublicKey), farm.Key(KeyObject.PublicKey).Length / 2);
        while ((await grain.DescribeAsync()).Objects[0] is { Complete: false } progress)
        {
            var at = (int)progress.Received;
            await grain.AppendAsync(KeyObject.PublicKey, at, bytes[at..Math.Min(bytes.Length, at + half)]);
        }
    }

    /// <summary>What a client does, one acknowledged step after the other. After a crash it does again what was not acknowledged.</summary>
    private sealed class Life(TestFarm farm, string owner, DatasetDeclaration declaration, byte[][] chunks)
    {
        private readonly Lock _gate = new();
        private int _done, _turn;

        public async Task GoOnAsync(Platform platform)
        {
            int turn, next;
            lock (_gate) (turn, next) = (++_turn, _done);
            Func<Task>[] steps =
            [
                () => platform.KeySet(owner).DeclareAsync(farm.Declaration),
                () => UploadKeyAsync(platform, farm, owner),
                () => platform.Dataset(owner).DeclareAsync(declaration),
                .. chunks.Select((chunk, index) => (Func<Task>)(() => platform.Dataset(owner).PutChunkAsync(index, chunk))),
                () => platform.Inference(owner).StartAsync(farm.Request()),
                () => EndAsync(platform),
                () => platform.DeletionsOf(owner).DeleteAsync(CatalogKind.Inference, "july"),
                () => platform.DeletionsOf(owner).DeleteAsync(CatalogKind.Dataset, "herd"),
                () => platform.DeletionsOf(owner).DeleteAsync(CatalogKind.KeySet, "keys"),
            ];
            for (; next < steps.Length; next++)
            {
                await steps[next]();
                lock (_gate)
                {
                    // Who was talking to the node that died may hear its last word after the new one has begun: that counts no more.
                    if (turn != _turn) return;
                    _done = next + 1;
                }
            }
        }

        private async Task EndAsync(Platform platform)
        {
            var observer = await PredictionTests.ObserveAsync(platform, owner);
            if ((await PredictionTests.AllEventsAsync(platform, owner)).Count < 2) await observer.UntilEndAsync();
        }
    }
}
