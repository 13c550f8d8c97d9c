namespace FheOrleans.Gateway.Bodies;

/// <summary>
/// One number of bytes that all bodies in memory share. A body's bytes are reserved before the first of them is read, so whatever is
/// sent, and by however many, the node's memory stays where it is.
/// </summary>
/// <remarks>Reservations are granted in the order they were asked for: a large one is not starved by small ones behind it.</remarks>
internal sealed class MemoryBudget(long capacity, TimeSpan patience, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiting = [];
    private long _used;

    /// <summary>Bytes reserved now.</summary>
    public long Used
    {
        get { lock (_gate) return _used; }
    }

    /// <summary>Reserves bytes, waiting for others to give theirs back.</summary>
    /// <param name="bytes">How many, at most the capacity.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The reservation; disposing it gives the bytes back.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// More bytes than the whole budget: the limits of bodies are checked against it at start.
    /// </exception>
    /// <exception cref="BudgetExhaustedException">Nothing came free in the time a client can be kept waiting.</exception>
    public async ValueTask<Lease> ReserveAsync(long bytes, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, capacity);
        Waiter waiter;
        lock (_gate)
        {
            if (_waiting.Count == 0 && _used + bytes <= capacity)
            {
                _used += bytes;
                return new Lease(this, bytes);
            }
            waiter = new Waiter(bytes);
            _waiting.AddLast(waiter.Node);
        }
        try
        {
            await waiter.Granted.Task.WaitAsync(patience, time, cancellation).ConfigureAwait(false);
            return new Lease(this, bytes);
        }
        catch (Exception fault) when (fault is TimeoutException or OperationCanceledException)
        {
            Leave(waiter);
            if (fault is OperationCanceledException) throw;
            throw new BudgetExhaustedException(bytes, capacity);
        }
    }

    private void Leave(Waiter waiter)
    {
        lock (_gate)
        {
            if (waiter.Node.List is not null) _waiting.Remove(waiter.Node);
            // Granted in the moment it gave up: the bytes are nobody's now.
            else _used -= waiter.Bytes;
            GrantInOrder();
        }
    }

    private void GiveBack(long bytes)
    {
        lock (_gate)
        {
            _used -= bytes;
            GrantInOrder();
        }
    }

    private void GrantInOrder()
    {
        while (_waiting.First is { } first && _used + first.Value.Bytes <= capacity)
        {
            _waiting.RemoveFirst();
            _used += first.Value.Bytes;
            first.Value.Granted.SetResult();
        }
    }

    /// <summary>Bytes that are reserved until this is disposed; disposing twice is harmless.</summary>
    public sealed class Lease(MemoryBudget budget, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose()
        {
            var held = Interlocked.Exchange(ref _bytes, 0);
            if (held > 0) budget.GiveBack(held);
        }
    }

    private sealed class Waiter
    {
        public Waiter(long bytes)
        {
            Bytes = bytes;
            Node = new LinkedListNode<Waiter>(this);
        }

        public long Bytes { get; }

        public LinkedListNode<Waiter> Node { get; }

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}

/// <summary>The node holds as many bytes of bodies as it may, and none came free in time.</summary>
internal sealed class BudgetExhaustedException(long bytes, long capacity)
    : Exception($"{bytes} bytes were asked for; all {capacity} bytes the node keeps for bodies are in use.");
