namespace Orleans.Runtime;

/// <summary>One activation of a grain: the part of it that the grain may use.</summary>
public interface IGrainContext
{
    /// <summary>Which grain this is an activation of.</summary>
    GrainId GrainId { get; }

    /// <summary>The grain object, or null before it is made.</summary>
    object? GrainInstance { get; }

    /// <summary>Services that live as long as the activation.</summary>
    IServiceProvider ActivationServices { get; }

    /// <summary>Ends when the activation is over.</summary>
    Task Deactivated { get; }

    /// <summary>Starts deactivation once the running requests are over.</summary>
    /// <param name="deactivationReason">Why.</param>
    /// <param name="cancellationToken">Handed to the grain.</param>
    void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);

    /// <summary>Starts a timer of the activation; grains call <see cref="GrainBaseExtensions"/> instead.</summary>
    /// <param name="callback">What to do at each tick.</param>
    /// <param name="options">When, how often, and how.</param>
    /// <returns>The timer.</returns>
    internal IGrainTimer RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options);
}

/// <summary>The activation whose turn runs on this thread.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static IGrainContext? _current;

    internal static IGrainContext? Current
    {
        get => _current;
        set => _current = value;
    }
}
