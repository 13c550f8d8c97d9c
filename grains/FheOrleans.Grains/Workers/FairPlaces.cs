namespace FheOrleans.Grains.Workers;

/// <summary>
/// A fixed number of places, given out in turn by tenant: who waits with one job waits for a place to come free, not for all the jobs that
/// others have put before it.
/// </summary>
/// <remarks>
/// A place goes to the waiting tenant that holds the fewest, and among equals to the one that was served longest ago; within a tenant, in
/// the order of asking. So no tenant holds a second place while another waits for its first, and parts that take long do not earn
/// their tenant more of the silo than short ones. A tenant with neither a place nor a wish costs nothing: it is not remembered.
/// </remarks>
internal sealed class FairPlaces(int count)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Line> _lines = [];
    private int _free = count;
    private long _served;

    /// <summary>How many are waiting, of all tenants.</summary>
    internal int Waiting
    {
        get
        {
            lock (_gate) return _lines.Values.Sum(line => line.Waiting.Count);
        }
    }

    /// <summary>The tenants that hold places or wait for some, and how many.</summary>
    internal IReadOnlyList<(string Tenant, int Waiting, int Held)> Snapshot()
    {
        lock (_gate) return [.. _lines.Values.Select(line => (line.Tenant, line.Waiting.Count, line.Held))];
    }

    /// <summary>Takes a place, when it is the tenant's turn.</summary>
    /// <returns>The place; disposing it, once or more often, gives it back.</returns>
    /// <exception cref="OperationCanceledException">Who asked gave up waiting.</exception>
    internal async Task<IDisposable> TakeAsync(string tenant, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_gate)
        {
            if (!_lines.TryGetValue(tenant, out var line)) _lines[tenant] = line = new(tenant);
            waiter = new(line);
            line.Waiting.AddLast(waiter.Node);
            GiveOut();
        }
        using var givingUp = cancellationToken.UnsafeRegister(_ => GiveUp(waiter, cancellationToken), null);
        await waiter.Granted.Task.ConfigureAwait(false);
        return new Place(this, waiter.Line);
    }

    private void GiveOut()
    {
        while (_free > 0 && _lines.Values.Where(line => line.Waiting.Count > 0).MinBy(line => (line.Held, line.LastServed)) is { } next)
        {
            var waiter = next.Waiting.First!.Value;
            next.Waiting.RemoveFirst();
            (next.Held, next.LastServed, _free) = (next.Held + 1, ++_served, _free - 1);
            waiter.Granted.SetResult();
        }
    }

    private void GiveUp(Waiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (waiter.Node.List is null) return; // It was granted in that moment; whoever has it gives it back.
            waiter.Line.Waiting.Remove(waiter.Node);
            ForgetIfIdle(waiter.Line);
        }
        waiter.Granted.SetCanceled(cancellationToken);
    }

    private void GiveBack(Line line)
    {
        lock (_gate)
        {
            (line.Held, _free) = (line.Held - 1, _free + 1);
            GiveOut();
            ForgetIfIdle(line);
        }
    }

    private void ForgetIfIdle(Line line)
    {
        if (line is { Held: 0, Waiting.Count: 0 }) _lines.Remove(line.Tenant);
    }

    private sealed class Line(string tenant)
    {
        internal string Tenant => tenant;

        internal LinkedList<Waiter> Waiting { get; } = [];

        internal int Held { get; set; }

        internal long LastServed { get; set; }
    }

    private sealed class Waiter
    {
        internal Waiter(Line line) => (Line, Node) = (line, new(this));

        internal Line Line { get; }

        internal LinkedListNode<Waiter> Node { get; }

        internal TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(FairPlaces places, Line line) : IDisposable
    {
        private FairPlaces? _places = places;

        public void Dispose() => Interlocked.Exchange(ref _places, null)?.GiveBack(line);
    }
}
