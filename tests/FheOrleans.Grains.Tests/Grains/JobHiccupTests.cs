using Orleans.Runtime;

namespace FheOrleans.Grains.Tests;

/// <summary>
/// Each access to storage of a job's whole life fails once, and nothing dies: whoever asked asks again, and the life ends as it does
/// undisturbed.
/// </summary>
/// <remarks>
/// This is where memory runs ahead of storage: a grain that goes on with what it only meant to store, or waits for what nobody will do.
/// </remarks>
public sealed class JobHiccupTests
{
    private const int Tries = 6;

    private static readonly string[] Entered =
    [
        "keySetStored keys", "datasetCompleted herd", "inferenceCompleted july",
        "inferenceDeleted july", "datasetDeleted herd", "keySetDeleted keys",
    ];

    [Fact]
    public async Task Life_EachAccessFailsOnce_EndsAsItDoesUndisturbed()
    {
        using var farm = TestFarm.Linear();
        await using var platform = await Platform.StartAsync(options => options.WorkCheckPeriod = TimeSpan.FromSeconds(1));
        await platform.Model("lab").PublishAsync(farm.Network.ToJson(), ModelVisibility.Tenant);
        var declaration = farm.DatasetDeclaration();
        byte[][] chunks = [.. Enumerable.Range(0, (int)declaration.ChunkCount).Select(index => farm.Chunk(declaration, index))];
        foreach (var round in StorageHiccup.Rounds) Assert.True(await LivesAsync(round) > 50, "The accesses of a life are not all tried.");

        async Task<int> LivesAsync(int round)
        {
            var accesses = 0;
            while (await LifeAsync(round, accesses)) accesses++;
            return accesses;
        }

        async Task<bool> LifeAsync(int round, int accesses)
        {
            var owner = $"o-{round}-{accesses}"; // Every life is another owner's.
            platform.Hiccup.After(accesses, round);
            await LiveAsync(platform, farm, owner, declaration, chunks, $"the life whose access {accesses} failed");

            var isMet = platform.Hiccup.WasMet;
            platform.Hiccup.End();
            Assert.Equal(Entered, (await LedgerTests.ReadAllAsync(platform, owner)).Select(LedgerTests.Words));
            Assert.Equal(0, await platform.Service<IPayloadStore>().MeasureAsync($"{Platform.Tenant}/{owner}"));
            var events = await PredictionTests.AllEventsAsync(platform, owner);
            Assert.Equal([1L, 2L], events.Select(item => item.Sequence));
            Assert.Equal([PredictionState.PartCompleted, PredictionState.Completed], events.Select(item => item.State));
            return isMet;
        }
    }

    private static async Task LiveAsync(
        Platform platform, TestFarm farm, string owner, DatasetDeclaration declaration, byte[][] chunks, string which)
    {
        await AgainAsync(() => platform.KeySet(owner).DeclareAsync(farm.Declaration));
        await AgainAsync(() => JobCrashTests.UploadKeyAsync(platform, farm, owner));
        await AgainAsync(() => platform.Dataset(owner).DeclareAsync(declaration));
        for (var index = 0; index < chunks.Length; index++)
            await AgainAsync(() => platform.Dataset(owner).PutChunkAsync(index, chunks[index]));
        await AgainAsync(() => platform.Inference(owner).StartAsync(farm.Request()));
        await Until.IsSo(
            async () =>
            {
                platform.Clock.Advance(TimeSpan.FromSeconds(1));
                var description = await TryAsync(() => platform.Inference(owner).DescribeAsync());
                return description is { HasEnded: true };
            },
            $"the end of {which}");
        await AgainAsync(() => platform.DeletionsOf(owner).DeleteAsync(CatalogKind.Inference, "july"));
        await AgainAsync(() => platform.DeletionsOf(owner).DeleteAsync(CatalogKind.Dataset, "herd"));
        await AgainAsync(() => platform.DeletionsOf(owner).DeleteAsync(CatalogKind.KeySet, "keys"));
    }

    /// <summary>As a gateway and a client do with what passes by itself.</summary>
    internal static async Task AgainAsync(Func<Task> step)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await step();
                return;
            }
            catch (Exception failure) when (tries < Tries && Passes(failure))
            {
                // Again.
            }
        }
    }

    internal static async Task<T?> TryAsync<T>(Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return await ask();
        }
        catch (Exception failure) when (Passes(failure))
        {
            return null;
        }
    }

    private static bool Passes(Exception failure) => failure is FheOrleansException { IsTransient: true } or OrleansException;
}
