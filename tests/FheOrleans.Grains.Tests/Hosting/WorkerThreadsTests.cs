using FheOrleans.Grains.KeySets;
using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Options;

namespace FheOrleans.Grains.Tests;

/// <summary>Threads that work: evaluation, with the tasks that run beside whole parts, and intake, with tenants' turns.</summary>
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

    [Fact]
    public async Task Intake_ManyUploadsOfOneTenant_LetAnothersFirstGoBetween()
    {
        using var workers = new IntakeWorkers(Options.Create(new FheGrainsOptions { IntakeThreads = 1 }));
        var (release, order) = (new TaskCompletionSource(), new List<string>());
        int Work(string name)
        {
            release.Task.GetAwaiter().GetResult();
            order.Add(name);
            return 0;
        }
        var work = Enumerable.Range(0, 20).Select(i => workers.RunAsync("vale", () => Work($"vale {i}"))).ToList();
        work.Add(workers.RunAsync("hill", () => Work("hill")));
        work.Add(workers.RunAsync("dale", () => Work("dale")));

        release.SetResult();
        await Within.Time(Task.WhenAll(work), "the work of all tenants");

        Assert.Equal(["vale 0", "hill", "dale", "vale 1", "vale 2"], order.Take(5));
        Assert.Equal(22, order.Count);
    }

    [Fact]
    public async Task Parameters_ManyOfOneTenant_LetAnothersFirstGoBetween()
    {
        using var workers = new IntakeWorkers(Options.Create(new FheGrainsOptions { IntakeThreads = 1 }));
        var catalog = new ParametersCatalog(workers);
        var (begin, end) = (new TaskCompletionSource(), new TaskCompletionSource());
        var work = new List<Task> { workers.RunAsync("vale", () => Wait(begin)) };
        // What is no parameters takes its turn like what is.
        work.AddRange(Enumerable.Range(0, 5).Select(i => Assert.ThrowsAsync<InvalidPayloadException>(() => catalog.ReadAsync("vale", [(byte)i]))));
        await Until.IsSo(() => workers.Waiting == 5, "vale's parameters wait");
        work.Add(workers.RunAsync("vale", () => Wait(end)));
        var hill = Assert.ThrowsAsync<InvalidPayloadException>(() => catalog.ReadAsync("hill", [7]));
        await Until.IsSo(() => workers.Waiting == 7, "hill's parameters wait");

        begin.SetResult();
        await Within.Time(hill, "hill's turn");

        end.SetResult();
        await Within.Time(Task.WhenAll(work), "the work of all tenants");

        static int Wait(TaskCompletionSource until)
        {
            until.Task.GetAwaiter().GetResult();
            return 0;
        }
    }

    [Fact]
    public async Task Intake_WorkThatFailsOrIsGivenUp_GivesItsPlaceBack()
    {
        using var workers = new IntakeWorkers(Options.Create(new FheGrainsOptions { IntakeThreads = 1 }));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => workers.RunAsync<int>("vale", () => throw new InvalidOperationException()));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => workers.RunAsync("vale", () => 1, new CancellationToken(canceled: true)));

        Assert.Equal(2, await Within.Time(workers.RunAsync("hill", () => 2), "the next one's work"));
    }

    private static EvaluationWorkers Workers(int threads) => new(Options.Create(new FheGrainsOptions { EvaluationThreads = threads }));
}
