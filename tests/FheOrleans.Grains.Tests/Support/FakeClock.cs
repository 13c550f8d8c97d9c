namespace FheOrleans.Grains.Tests;

/// <summary>A clock that stands still until it is moved; timers that fall due are called by whoever moves it.</summary>
internal sealed class FakeClock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Timer> _timers = [];
    private DateTimeOffset _now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    private TimeSpan _isSetBack;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now - _isSetBack;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate) return _now.Ticks;
    }

    /// <summary>Sets the time of day back, as a correction over the network does; no timer hears of it.</summary>
    public void SetBack(TimeSpan time)
    {
        lock (_gate) _isSetBack += time;
    }

    public void Advance(TimeSpan time)
    {
        lock (_gate) _now += time;
        while (NextDue() is { } due) due.Fire();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state);
        lock (_gate) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private Timer? NextDue()
    {
        lock (_gate) return _timers.Where(timer => timer.Due <= _now).MinBy(timer => timer.Due);
    }

    private sealed class Timer(FakeClock clock, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        internal DateTimeOffset? Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime;
                _period = period;
            }
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                Due = null;
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        internal void Fire()
        {
            lock (clock._gate) Due = _period > TimeSpan.Zero ? Due + _period : null;
            callback(state);
        }
    }
}
