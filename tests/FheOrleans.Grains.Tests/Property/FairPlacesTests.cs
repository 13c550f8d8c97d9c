using FheOrleans.Grains.Workers;

namespace FheOrleans.Grains.Tests;

/// <summary>Places are given out in turn by tenant. Nothing here depends on time: a place is given out the moment another comes free.</summary>
public sealed class FairPlacesTests
{
    [Fact]
    public async Task Take_AThousandOfOneTenantBefore_TheOtherIsNext()
    {
        var places = new FairPlaces(2);
        var held = new Queue<IDisposable>([await places.TakeAsync("many", default), await places.TakeAsync("many", default)]);
        var many = Enumerable.Range(0, 1000).Select(_ => places.TakeAsync("many", default)).ToArray();
        var one = places.TakeAsync("one", default);

        held.Dequeue().Dispose();

        using var place = await Within.Time(one, "the place of the tenant with one job, when the first place came free");
        Assert.DoesNotContain(many, waiting => waiting.IsCompleted);
        Assert.Equal(1000, places.Waiting);
    }

    [Fact]
    public async Task Take_OneTenantAlone_HasAllPlacesInTheOrderOfAsking()
    {
        var places = new FairPlaces(3);
        var asked = Enumerable.Range(0, 5).Select(_ => places.TakeAsync("one", default)).ToArray();
        foreach (var granted in asked[..3]) await Within.Time(granted, "a free place");
        Assert.Equal(2, places.Waiting);

        (await asked[1]).Dispose();
        (await asked[1]).Dispose(); // Giving back twice gives back once.

        await Within.Time(asked[3], "the place that came free");
        Assert.False(asked[4].IsCompleted);
    }

    [Fact]
    public async Task Take_GivenUp_LeavesTheQueueAndIsForgotten()
    {
        var places = new FairPlaces(1);
        using var patience = new CancellationTokenSource();
        var held = await places.TakeAsync("one", default);
        var givenUp = places.TakeAsync("two", patience.Token);
        var next = places.TakeAsync("three", default);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givenUp);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => places.TakeAsync("two", patience.Token));
        Assert.Equal(1, places.Waiting);
        held.Dispose();
        (await Within.Time(next, "the place after one that was given up")).Dispose();
        using var again = await Within.Time(places.TakeAsync("two", default), "a free place");
    }

    [Fact]
    public async Task Take_RandomOrders_TheTenantWithTheFewestIsNext()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var count = random.Next(1, 5);
        var places = new FairPlaces(count);
        List<(string Tenant, Task<IDisposable> Place)> waiting = [];
        List<(string Tenant, IDisposable Place)> held = [];
        for (var step = 0; step < 1000 || waiting.Count > 0; step++)
        {
            if (step < 1000 && random.Next(2) == 0)
            {
                var tenant = $"t{random.Next(4)}";
                waiting.Add((tenant, places.TakeAsync(tenant, default)));
            }
            else if (held.Count > 0)
            {
                var at = random.Next(held.Count);
                held[at].Place.Dispose();
                held.RemoveAt(at);
            }
            if (held.Count == count || waiting.Count == 0) continue;
            // One came free, or one was asked for: somebody's first wish is granted, and whose it is depends on nothing but who holds what.
            var firsts = waiting.GroupBy(item => item.Tenant).Select(line => line.First()).ToList();
            var granted = await Within.Time(Task.WhenAny(firsts.Select(item => item.Place)), $"a place that is free (seed {seed})");
            var (served, place) = firsts.Find(item => item.Place == granted);
            Assert.Equal(firsts.Min(item => Held(item.Tenant)), Held(served));
            held.Add((served, await place));
            waiting.Remove((served, place));
            Assert.True(places.Waiting == waiting.Count, $"{places.Waiting} wait, expected {waiting.Count}; seed {seed}, step {step}.");
        }

        int Held(string tenant) => held.Count(item => item.Tenant == tenant);
    }

    [Fact]
    public async Task GiveBack_SeveralTenantsWait_EachHasOneBeforeAnyHasTwo()
    {
        var places = new FairPlaces(4);
        var first = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => places.TakeAsync("many", default)));
        var more = Enumerable.Range(0, 8).Select(_ => places.TakeAsync("many", default)).ToArray();
        var others = new[] { "b", "c", "d" }.SelectMany(tenant => Enumerable.Range(0, 2).Select(_ => places.TakeAsync(tenant, default))).ToArray();

        foreach (var place in first[..3]) place.Dispose();

        foreach (var granted in new[] { others[0], others[2], others[4] }) await Within.Time(granted, "each tenant's first place");
        Assert.DoesNotContain(more.Concat([others[1], others[3], others[5]]), waiting => waiting.IsCompleted);
    }
}
