namespace FheOrleans.Networks.Execution;

/// <summary>Who runs a circuit: the calling thread, and helpers that it may start.</summary>
/// <param name="Maximum">Threads at most, the calling one included; at least 1.</param>
/// <param name="Scheduler">Where helpers run. One that has no thread free delays nothing: the calling thread does the work itself.</param>
public readonly record struct RunThreads(int Maximum, TaskScheduler Scheduler)
{
    /// <summary>The calling thread alone.</summary>
    public static RunThreads One { get; } = new(1, TaskScheduler.Default);
}
