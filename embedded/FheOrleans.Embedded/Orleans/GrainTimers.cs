using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>A timer of a grain. Disposing it ends it.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets both times anew.</summary>
    /// <param name="dueTime">Time until the next tick.</param>
    /// <param name="period">Time between ticks.</param>
    void Change(TimeSpan dueTime, TimeSpan period);
}

/// <summary>When a grain's timer ticks, and how its ticks stand to requests.</summary>
public readonly struct GrainTimerCreationOptions()
{
    /// <summary>When and how often; not interleaving, not keeping the grain alive.</summary>
    /// <param name="dueTime">Time until the first tick.</param>
    /// <param name="period">Time from the end of one tick to the next.</param>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period) : this()
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Time until the first tick.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>Time from the end of one tick to the next; <see cref="Timeout.InfiniteTimeSpan"/> for one tick only.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>Whether a tick may run while a request awaits. Defaults to false.</summary>
    public bool Interleave { get; init; }

    /// <summary>Whether a tick counts as use, so that the grain is not idle. Defaults to false.</summary>
    public bool KeepAlive { get; init; }
}
