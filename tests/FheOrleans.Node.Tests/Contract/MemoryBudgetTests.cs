using FheOrleans.Gateway.Bodies;

namespace FheOrleans.Node.Tests.Contract;

public class MemoryBudgetTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task ReserveAsync_BytesAreFree_IsGrantedAtOnce()
    {
        var budget = new MemoryBudget(100, Long, TimeProvider.System);

        using var lease = await budget.ReserveAsync(60, CancellationToken.None);

        Assert.Equal(60, budget.Used);
    }

    [Fact]
    public async Task ReserveAsync_BytesAreTaken_WaitsUntilTheyAreGivenBack()
    {
        var budget = new MemoryBudget(100, Long, TimeProvider.System);
        var first = await budget.ReserveAsync(60, CancellationToken.None);
        var second = budget.ReserveAsync(60, CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);

        first.Dispose();

        using var granted = await second.WaitAsync(Long);
        Assert.Equal(60, budget.Used);
    }

    [Fact]
    public async Task ReserveAsync_SmallOneBehindALargeOne_DoesNotOvertakeIt()
    {
        var budget = new MemoryBudget(100, Long, TimeProvider.System);
        var held = await budget.ReserveAsync(50, CancellationToken.None);
        var large = budget.ReserveAsync(80, CancellationToken.None).AsTask();
        var small = budget.ReserveAsync(10, CancellationToken.None).AsTask();
        Assert.False(small.IsCompleted);

        held.Dispose();

        using var first = await large.WaitAsync(Long);
        using var second = await small.WaitAsync(Long);
        Assert.Equal(90, budget.Used);
    }

    [Fact]
    public async Task ReserveAsync_Cancelled_LetsTheNextOneThrough()
    {
        var budget = new MemoryBudget(100, Long, TimeProvider.System);
        using var held = await budget.ReserveAsync(50, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var large = budget.ReserveAsync(80, stop.Token).AsTask();
        var small = budget.ReserveAsync(10, CancellationToken.None).AsTask();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large);
        using var granted = await small.WaitAsync(Long);
        Assert.Equal(60, budget.Used);
    }

    [Fact]
    public async Task ReserveAsync_NothingComesFreeInTime_SaysSo()
    {
        var budget = new MemoryBudget(100, TimeSpan.FromMilliseconds(1), TimeProvider.System);
        using var held = await budget.ReserveAsync(100, CancellationToken.None);

        await Assert.ThrowsAsync<BudgetExhaustedException>(async () => await budget.ReserveAsync(1, CancellationToken.None));

        Assert.Equal(100, budget.Used);
    }

    [Fact]
    public async Task ReserveAsync_MoreThanTheWholeBudget_IsRefused() => await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
        async () => await new MemoryBudget(100, Long, TimeProvider.System).ReserveAsync(101, CancellationToken.None));

    [Fact]
    public async Task Dispose_Twice_GivesTheBytesBackOnce()
    {
        var budget = new MemoryBudget(100, Long, TimeProvider.System);
        using var other = await budget.ReserveAsync(10, CancellationToken.None);
        var lease = await budget.ReserveAsync(10, CancellationToken.None);

        lease.Dispose();
        lease.Dispose();

        Assert.Equal(10, budget.Used);
    }

    [Fact]
    public async Task ReserveAsync_ManyAtOnce_NeverExceedsTheBudgetAndEndsEmpty()
    {
        var budget = new MemoryBudget(1000, Long, TimeProvider.System);
        var highest = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), async (i, stop) =>
        {
            using var lease = await budget.ReserveAsync(1 + (i * 37 % 400), stop);
            InterlockedMaximum(ref highest, budget.Used);
            await Task.Yield();
        });

        Assert.InRange(highest, 1, 1000);
        Assert.Equal(0, budget.Used);
    }

    private static void InterlockedMaximum(ref long target, long value)
    {
        for (var seen = Volatile.Read(ref target); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen) return;
            seen = before;
        }
    }
}
