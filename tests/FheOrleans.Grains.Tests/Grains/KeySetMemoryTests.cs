namespace FheOrleans.Grains.Tests;

/// <summary>Keys that nobody computes with are in storage and not in memory, though the grains that answer for them are.</summary>
[Collection(AloneCollection.Name)]
public sealed class KeySetMemoryTests
{
    private const int Owners = 20;

    [Fact]
    public async Task Append_ManyOwners_TheirKeysAreNotInMemory()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Square();
        await farm.UploadKeysAsync(platform, "first");

        var least = await LeastGrowthAsync(async round =>
        {
            for (var owner = 0; owner < Owners; owner++) await farm.UploadKeysAsync(platform, $"owner-{round}-{owner}");
        });

        Assert.InRange(least, long.MinValue, Owners * KeyBytes(farm) / 4);
    }

    [Fact]
    public async Task Describe_ManyOwnersAfterARestart_TheirKeysAreNotInMemory()
    {
        var before = await Platform.StartAsync();
        using var farm = TestFarm.Square();
        for (var owner = 0; owner < 3 * Owners; owner++) await farm.UploadKeysAsync(before, $"owner-{owner}");
        await using var platform = await before.RestartAsync();

        var least = await LeastGrowthAsync(async round =>
        {
            for (var owner = 0; owner < Owners; owner++) Assert.True((await platform.KeySet($"owner-{(round * Owners) + owner}").DescribeAsync()).IsComplete);
        });

        Assert.InRange(least, long.MinValue, Owners * KeyBytes(farm) / 4);
    }

    [Fact]
    public async Task Read_InPiecesBySeveralAtOnce_EachHasAllOfIt()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Rotating(timePoints: 8);
        await farm.UploadKeysAsync(platform, "brook");
        var (grain, expected) = (platform.KeySet("brook"), farm.Key(KeyObject.GaloisKeys));
        Assert.True(expected.Length > Limits.KeyPieceBytes, "one piece alone is never in two turns");

        var read = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(ReadAsync)));

        Assert.All(read, found => Assert.Equal(expected, found));

        async Task<byte[]> ReadAsync()
        {
            using var all = new MemoryStream();
            for (var piece = 0; all.Length < expected.Length; piece++) all.Write((await grain.ReadAsync(KeyObject.GaloisKeys, piece)).Bytes);
            return all.ToArray();
        }
    }

    private static long KeyBytes(TestFarm farm) =>
        farm.Key(KeyObject.PublicKey).Length + farm.Key(KeyObject.RelinearizationKeys).Length + farm.Key(KeyObject.GaloisKeys).Length;

    /// <summary>What is kept is kept in every round; what others in this process hold or let go of meanwhile is not.</summary>
    private static async Task<long> LeastGrowthAsync(Func<int, Task> doRoundAsync)
    {
        var growth = new List<long>();
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await doRoundAsync(round);
            growth.Add(GC.GetTotalMemory(forceFullCollection: true) - before);
        }
        return growth.Min();
    }
}
