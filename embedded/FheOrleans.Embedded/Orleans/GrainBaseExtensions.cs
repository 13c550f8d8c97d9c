using Orleans.Runtime;

namespace Orleans;

/// <summary>What a grain can ask of its host.</summary>
public static class GrainBaseExtensions
{
    /// <summary>Asks for deactivation once the running requests are over; later requests get a new activation.</summary>
    /// <param name="grain">The grain.</param>
    public static void DeactivateOnIdle(this IGrainBase grain) =>
        grain.GrainContext.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "The grain asked to be deactivated."));

    /// <summary>Calls the grain back on its own scheduler, like a request. A tick comes only after the one before it is over.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="callback">What to do; a failure is logged and the timer goes on.</param>
    /// <param name="dueTime">Time until the first tick.</param>
    /// <param name="period">Time from the end of one tick to the next; <see cref="Timeout.InfiniteTimeSpan"/> for one tick only.</param>
    /// <returns>The timer. It ends with the activation, and does not keep it alive.</returns>
    public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<CancellationToken, Task> callback, TimeSpan dueTime, TimeSpan period) =>
        grain.RegisterGrainTimer(callback, new() { DueTime = dueTime, Period = period });

    /// <summary>Calls the grain back on its own scheduler, like a request. A tick comes only after the one before it is over.</summary>
    /// <param name="grain">The grain.</param>
    /// <param name="callback">What to do; a failure is logged and the timer goes on.</param>
    /// <param name="options">When, how often, and how.</param>
    /// <returns>The timer. It ends with the activation.</returns>
    public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
        grain.GrainContext.RegisterTimer(callback, options);
}
