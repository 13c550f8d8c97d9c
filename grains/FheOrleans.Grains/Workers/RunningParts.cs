namespace FheOrleans.Grains.Workers;

/// <summary>
/// The parts this silo has in hand. When the silo stops it takes no more, gives up those that still wait for a thread, and lets those that
/// compute finish and report: what they did would be done again after the next start.
/// </summary>
internal sealed class RunningParts : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;
    private bool _isClosed;

    /// <summary>Cancelled when no part may begin any more.</summary>
    internal CancellationToken Closing => _closing.Token;

    internal int Count
    {
        get
        {
            lock (_gate) return _count;
        }
    }

    /// <summary>Takes a part in hand until the result is disposed; null when the silo is stopping and takes none.</summary>
    internal IDisposable? Enter()
    {
        lock (_gate)
        {
            if (_isClosed) return null;
            _count++;
            return new Place(this);
        }
    }

    /// <summary>Takes no more parts.</summary>
    internal void Close()
    {
        lock (_gate)
        {
            if (_isClosed) return;
            _isClosed = true;
            if (_count == 0) _idle.TrySetResult();
        }
        _closing.Cancel();
    }

    /// <summary>Completes when it is closed and the last part has been let go.</summary>
    internal Task WhenIdle => _idle.Task;

    public void Dispose() => _closing.Dispose();

    private void Leave()
    {
        lock (_gate)
            if (--_count == 0 && _isClosed) _idle.TrySetResult();
    }

    private sealed class Place(RunningParts parts) : IDisposable
    {
        private int _isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isLeft, 1) == 0) parts.Leave();
        }
    }
}
