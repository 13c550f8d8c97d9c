namespace FheOrleans.Grains.Tests;

/// <summary>Counts how often storage is asked what a tenant uses.</summary>
internal sealed class WatchedMeter(IUsageMeter meter) : IUsageMeter
{
    private int _count;

    public int Count => _count;

    public Task<StoredUsage> MeasureAsync(string tenant, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _count);
        return meter.MeasureAsync(tenant, cancellationToken);
    }
}
