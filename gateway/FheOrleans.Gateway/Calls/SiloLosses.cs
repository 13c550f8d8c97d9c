namespace FheOrleans.Gateway;

/// <summary>
/// Tells calls that wait for an answer when a silo has gone. A call that was on its way to it gets none, and its caller need not wait until
/// that is sure: what may be repeated is asked for again at once.
/// </summary>
public sealed class SiloLosses : IDisposable
{
    private CancellationTokenSource _next = new();

    /// <summary>Cancelled at the next loss. Ask for it before calling: then no loss falls between the two.</summary>
    public CancellationToken Next => Volatile.Read(ref _next).Token;

    /// <summary>Says that a silo is one no longer, whatever became of it. Said for nothing it costs a repeated call of each that waits.</summary>
    // The one that has cancelled is not disposed of: somebody may have taken it from the field and not yet its token. It holds nothing by then.
    public void Announce() => Interlocked.Exchange(ref _next, new()).Cancel();

    /// <summary>Lets go of what it holds.</summary>
    public void Dispose() => _next.Dispose();
}
