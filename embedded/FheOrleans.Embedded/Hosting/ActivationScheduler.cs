using Orleans.Runtime;

namespace FheOrleans.Embedded;

/// <summary>Runs the turns of one activation, one after the other, on threads of the pool.</summary>
/// <remarks>
/// A request starts as a task on this scheduler, and <c>await</c> brings its continuations back here, because
/// <see cref="TaskScheduler.Current"/> is this scheduler while they run. So the grain's fields are never touched by two threads at once,
/// without a lock in the grain.
/// </remarks>
internal sealed class ActivationScheduler(IGrainContext activation) : TaskScheduler, IThreadPoolWorkItem
{
    // A busy grain gives its thread back after this many turns, so that it cannot keep the others waiting.
    private const int TurnsInARow = 64;

    private readonly Lock _gate = new();
    private readonly Queue<Task> _turns = new();
    private bool _isScheduled;

    [ThreadStatic]
    private static ActivationScheduler? _running;

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    void IThreadPoolWorkItem.Execute()
    {
        var (outerScheduler, outerContext) = (_running, RuntimeContext.Current);
        (_running, RuntimeContext.Current) = (this, activation);
        try
        {
            for (var turn = 0; turn < TurnsInARow; turn++)
            {
                if (Next() is not { } task) return;
                TryExecuteTask(task);
            }
        }
        finally
        {
            (_running, RuntimeContext.Current) = (outerScheduler, outerContext);
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _turns.Enqueue(task);
            if (_isScheduled) return;
            _isScheduled = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(_running, this) && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate) return [.. _turns];
    }

    private Task? Next()
    {
        lock (_gate)
        {
            if (_turns.TryDequeue(out var task)) return task;
            _isScheduled = false;
            return null;
        }
    }
}
