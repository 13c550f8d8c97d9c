using FheOrleans.Grains.Workers;

namespace FheOrleans.Grains.Tests;

/// <summary>The cache of expanded keys and circuits stays within its budget and makes nothing twice.</summary>
public sealed class RecentlyUsedTests
{
    [Fact]
    public async Task Get_ManyAtOnce_MakesOnce()
    {
        var cache = new RecentlyUsed<string, int>(10, _ => 1);
        var made = 0;

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => cache.GetAsync("a", async () =>
        {
            await Task.Yield();
            return Interlocked.Increment(ref made);
        })));

        Assert.Equal(1, made);
    }

    [Fact]
    public async Task Get_OverTheBudget_DropsTheLeastRecentlyUsed()
    {
        var cache = new RecentlyUsed<string, int>(100, cost => cost);
        var made = new List<string>();
        foreach (var key in new[] { "a", "b", "a", "c", "a", "b" }) await Get(key, 40);
        Assert.Equal(["a", "b", "c", "b"], made);
        Assert.Equal(80, cache.Cost);

        Assert.Equal(1000, await Get("large", 1000)); // Used, and not kept.
        Assert.Equal(0, cache.Cost);

        Task<int> Get(string key, int cost) => cache.GetAsync(key, () =>
        {
            made.Add(key);
            return Task.FromResult(cost);
        });
    }

    [Fact]
    public async Task Get_MakingFails_IsTriedAgain()
    {
        var cache = new RecentlyUsed<string, int>(10, _ => 1);

        await Assert.ThrowsAsync<IOException>(() => cache.GetAsync("a", () => throw new IOException()));

        Assert.Equal(1, await cache.GetAsync("a", () => Task.FromResult(1)));
    }
}
