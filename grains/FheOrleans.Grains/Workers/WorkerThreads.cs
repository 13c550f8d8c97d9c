using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace FheOrleans.Grains.Workers;

/// <summary>A fixed number of threads for work that computes. A grain's turn never does: it hands the work over and awaits it.</summary>
/// <remarks>
/// Measured on Orleans: a silo whose grains compute in their turns, or on the thread pool, answers others late by seconds; with threads of
/// its own, by milliseconds.
/// </remarks>
internal abstract class WorkerThreads : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly Thread[] _threads;
    private SharedScheduler? _scheduler;

    private protected WorkerThreads(string name, int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(i => new Thread(Run) { Name = $"{name} {i}", IsBackground = true })];
        foreach (var thread in _threads) thread.Start();
    }

    internal int Count => _threads.Length;

    /// <summary>Runs work on one of the threads; a failure goes to who awaits it.</summary>
    private protected Task<T> RunOnThreadAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(
            () =>
            {
                try
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    done.SetResult(work());
                }
                catch (OperationCanceledException cancelled)
                {
                    done.SetCanceled(cancelled.CancellationToken);
                }
                catch (Exception failure)
                {
                    done.SetException(failure);
                }
            },
            CancellationToken.None);
        return done.Task;
    }

    /// <summary>
    /// Runs tasks on these threads, behind the work that waits already. So what one part has in parallel uses the threads that other
    /// parts leave free, and there are never more that compute than threads.
    /// </summary>
    internal TaskScheduler Scheduler => _scheduler ??= new SharedScheduler(_work);

    /// <summary>Takes no more work. Threads end after what they are at; the process does not wait for them.</summary>
    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        foreach (var action in _work.GetConsumingEnumerable()) action();
    }

    private sealed class SharedScheduler(BlockingCollection<Action> work) : TaskScheduler
    {
        protected override void QueueTask(Task task)
        {
            try
            {
                work.Add(() => TryExecuteTask(task));
            }
            catch (InvalidOperationException)
            {
                // The silo stops and its threads take no more. A helper that never comes is not missed: who asked for it does the work.
            }
        }

        // Never on the thread that asks: a helper is there to be another one.
        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}

/// <summary>The threads that evaluate circuits.</summary>
internal sealed class EvaluationWorkers(IOptions<FheGrainsOptions> options)
    : WorkerThreads("evaluation", options.Value.EvaluationThreadsOrDefault)
{
    /// <summary>Runs work as soon as a thread is free. Whose turn it is was decided before, by <see cref="FairPlaces"/>.</summary>
    internal Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken = default) => RunOnThreadAsync(work, cancellationToken);
}

/// <summary>The threads that parse uploads and compile networks: short work, which never waits behind an evaluation.</summary>
internal sealed class IntakeWorkers : WorkerThreads
{
    /// <summary>Whose turn it is where the work is nobody's in particular: the node's own, or of what all share.</summary>
    internal const string Everybody = "";

    private readonly FairPlaces _places;

    public IntakeWorkers(IOptions<FheGrainsOptions> options)
        : base("intake", options.Value.IntakeThreadsOrDefault) => _places = new(Count);

    /// <summary>How much work waits for a thread, of all tenants.</summary>
    internal int Waiting => _places.Waiting;

    /// <summary>
    /// Runs work when it is the tenant's turn: who uploads one chunk waits for a thread to come free, not for all that others have sent
    /// before it.
    /// </summary>
    internal async Task<T> RunAsync<T>(string tenant, Func<T> work, CancellationToken cancellationToken = default)
    {
        // Not back to the grain that asks before the work is done: its place must not wait for the grain's turn.
        using var place = await _places.TakeAsync(tenant, cancellationToken).ConfigureAwait(false);
        return await RunOnThreadAsync(work, cancellationToken).ConfigureAwait(false);
    }
}
