using FheOrleans.Silo.Options;

namespace FheOrleans.Silo.Hosting;

/// <summary>Gives memory back to the machine when the process has come to rest.</summary>
/// <remarks>
/// The collector runs when something is allocated. A process of which nobody asks anything allocates nothing, and so would hold what its
/// last busy hour has left until the next one.
/// </remarks>
internal sealed class MemoryAtRest(GrainHostOptions options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var watch = new RestWatch(GC.GetTotalAllocatedBytes());
        using var timer = new PeriodicTimer(options.IdleQuantum, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // Blocking is what the mode asks for; there is nobody to be kept waiting.
                if (watch.HasComeToRest(GC.GetTotalAllocatedBytes(), options.IdleQuantum))
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
    }
}

/// <summary>Tells by what was allocated whether a process has done something and does nothing now.</summary>
/// <param name="allocated">Bytes allocated until now, all together.</param>
internal sealed class RestWatch(long allocated)
{
    // Health checks, the host's own timers and metrics that are sent every two seconds stay below the first; one chunk of a dataset does
    // not.
    private const double RestingBytesPerSecond = 256 << 10;
    private const long WorthwhileBytes = 32L << 20;

    private long _before = allocated, _collected = allocated;

    /// <summary>Whether to collect now: little was allocated since the last call, and much since the last time that this was so.</summary>
    /// <param name="allocated">Bytes allocated until now, all together.</param>
    /// <param name="since">How long ago the last call was.</param>
    internal bool HasComeToRest(long allocated, TimeSpan since)
    {
        var isResting = allocated - _before < RestingBytesPerSecond * since.TotalSeconds;
        _before = allocated;
        if (!isResting || allocated - _collected < WorthwhileBytes) return false;
        _collected = allocated;
        return true;
    }
}
