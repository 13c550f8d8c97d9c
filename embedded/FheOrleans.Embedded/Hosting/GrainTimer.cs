using System.Reflection;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace FheOrleans.Embedded;

/// <summary>A timer whose ticks run as requests of the activation; the next one is set only when the last is over.</summary>
internal sealed class GrainTimer : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private TimeSpan _period;
    private int _disposed;

    internal GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options, ILogger log)
    {
        (_activation, _callback, _log) = (activation, callback, log);
        (Interleaves, KeepsAlive, _period) = (options.Interleave, options.KeepAlive, options.Period);
        _timer = activation.Time.CreateTimer(static timer => ((GrainTimer)timer!).Tick(), this, options.DueTime, Timeout.InfiniteTimeSpan);
    }

    internal bool Interleaves { get; }

    internal bool KeepsAlive { get; }

    /// <inheritdoc/>
    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _timer.Dispose();
    }

    internal async Task RunAsync()
    {
        if (_disposed != 0) return;
        try
        {
            await _callback(CancellationToken.None);
        }
        catch (Exception failure)
        {
            _log.TimerFailed(_activation.GrainId, failure);
        }
        if (_disposed == 0) _timer.Change(_period, Timeout.InfiniteTimeSpan);
    }

    private void Tick() => _activation.TryTick(this);
}

/// <summary>A tick of a timer that waits for its turn among the requests.</summary>
internal sealed class TimerTick(GrainTimer timer) : Request(Tick, [])
{
    private static readonly GrainMethod Tick = GrainMethod.Of(typeof(ITimerTick).GetMethod(nameof(ITimerTick.TickAsync), BindingFlags.Public | BindingFlags.Instance)!);

    internal GrainTimer Timer => timer;

    internal override Task Reply => Task.CompletedTask;

    internal override Task RunAsync(object grain) => timer.RunAsync();

    internal override void Answer()
    {
    }

    internal override void Refuse(Exception reason)
    {
    }

    internal override Task ReplyWithin(TimeSpan timeout, TimeProvider time) => Task.CompletedTask;

    private interface ITimerTick
    {
        Task TickAsync();
    }
}
