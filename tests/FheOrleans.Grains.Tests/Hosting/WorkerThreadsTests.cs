using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Options;

namespace FheOrleans.Grains.Tests;

/// <summary>Evaluation threads, and the tasks that run on them beside whole parts.</summary>
public sealed class WorkerThreadsTests
{
    [Fact]
    public async Task Scheduler_Tasks_RunOnTheThreadsAndNeverMoreAtATime()
    {
        using var workers = Workers(threads: 2);
        var (running, most) = (0, 0);
        var tasks = Enumerable.Range(0, 40).Select(_ => Task.Factory.StartNew(
            () =>
            {
                most = Math.Max(most, Interlocked.Increment(ref running));
                Thread.SpinWait(1000);
                Interlocked.Decrement(ref running);
                return Thread.CurrentThread.Name;
            },
            CancellationToken.None,
            TaskCreationOptions.None,
            workers.Scheduler));

        Assert.All(await Task.WhenAll(tasks), name => Assert.StartsWith("evaluation ", name, StringComparison.Ordinal));
        Assert.InRange(most, 1, 2);
    }

    [Fact]
    public async Task Scheduler_WhileEveryThreadIsBusy_WaitsForOneAndDelaysNobody()
    {
        using var workers = Workers(threads: 1);
        var release = new TaskCompletionSource();
        var part = workers.RunAsync(() =>
        {
            release.Task.GetAwaiter().GetResult();
            return 1;
        });
        var helper = Task.Factory.StartNew(() => 2, CancellationToken.None, TaskCreationOptions.None, workers.Scheduler);
        Assert.False(helper.IsCompleted);

        release.SetResult();

        Assert.Equal((1, 2), (await part, await helper));
    }

    [Fact]
    public void Scheduler_OfThreadsThatTakeNoMore_LosesTheTaskQuietly()
    {
        var workers = Workers(threads: 1);
        workers.Dispose();

        Assert.False(Task.Factory.StartNew(() => { }, CancellationToken.None, TaskCreationOptions.None, workers.Scheduler).IsFaulted);
    }

    private static EvaluationWorkers Workers(int threads) => new(Options.Create(new FheGrainsOptions { EvaluationThreads = threads }));
}
