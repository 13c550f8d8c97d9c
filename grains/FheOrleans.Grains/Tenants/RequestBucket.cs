namespace FheOrleans.Grains.Tenants;

/// <summary>A bucket that holds a minute's worth of requests and is filled up evenly. It is in memory: a new activation begins with a
/// full one.</summary>
internal sealed class RequestBucket(TimeProvider time)
{
    private int _perMinute;
    private double _left;
    private long _filledAt = time.GetTimestamp();

    /// <summary>Takes as many as there are.</summary>
    /// <param name="wanted">The most to take.</param>
    /// <param name="perMinute">The quota; another one than before begins with a full bucket.</param>
    internal RequestAllowance Take(int wanted, int perMinute)
    {
        var elapsed = time.GetElapsedTime(_filledAt);
        _filledAt = time.GetTimestamp();
        _left = perMinute == _perMinute ? Math.Min(perMinute, _left + (elapsed.TotalMinutes * perMinute)) : perMinute;
        _perMinute = perMinute;
        var taken = Math.Clamp(wanted, 0, (int)_left);
        _left -= taken;
        return new() { Requests = taken, PerMinute = perMinute, RetryAfterSeconds = taken > 0 ? 0 : 60 * (1 - _left) / perMinute };
    }
}
