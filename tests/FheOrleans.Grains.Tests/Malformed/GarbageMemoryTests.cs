namespace FheOrleans.Grains.Tests;

/// <summary>Measures the whole process, so nothing else may run beside it.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}

/// <summary>However much garbage is sent, memory stays where it was and nothing is stored.</summary>
[Collection(AloneCollection.Name)]
public sealed class GarbageMemoryTests
{
    [Fact]
    public async Task PutChunk_Garbage_MemoryStaysFlat()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Wide(features: 50);
        await farm.UploadKeysAsync(platform, "brook");
        var declaration = farm.DatasetDeclaration(perChunk: 50);
        await platform.Dataset("brook").DeclareAsync(declaration);
        var good = farm.Chunk(declaration, 0);
        var garbage = (byte[])good.Clone();
        new Random(1).NextBytes(garbage.AsSpan(16)); // Behind an honest header.
        await Assert.ThrowsAnyAsync<FheOrleansException>(() => platform.Dataset("brook").PutChunkAsync(0, garbage));

        // What garbage leaves behind, it leaves behind every time; what tests before this one still hold or let go of comes once.
        var growth = new List<long>();
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var i = 0; i < 100; i++) await Assert.ThrowsAnyAsync<FheOrleansException>(() => platform.Dataset("brook").PutChunkAsync(0, garbage));
            growth.Add(GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        Assert.InRange(growth.Min(), long.MinValue, 4L << 20);
        Assert.Equal(0, await platform.Payloads.MeasureAsync($"{Platform.Tenant}/brook/datasets"));
    }
}
