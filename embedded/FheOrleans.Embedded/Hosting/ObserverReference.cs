using System.Reflection;
using Orleans.Runtime;

namespace FheOrleans.Embedded;

/// <summary>
/// What stands for an observer at the grains: it knows the observer only weakly, as Orleans does, and fails once it is gone.
/// </summary>
internal class ObserverReference : DispatchProxy
{
    private WeakReference<object>? _observer;

    internal static TInterface Create<TInterface>(object observer)
    {
        var proxy = Create<TInterface, ObserverReference>();
        ((ObserverReference)(object)proxy!)._observer = new(observer);
        return proxy;
    }

    internal void End() => _observer = null;

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var method = GrainMethod.Of(targetMethod!);
        var request = method.NewRequest(args ?? []);
        if (_observer is { } weak && weak.TryGetTarget(out var observer))
        {
            // On the pool and off the grain's scheduler: an observer must not run inside, or hold up, the turn that called it.
            _ = Task.Run(async () =>
            {
                await request.RunAsync(observer).ConfigureAwait(false);
                request.Answer();
            });
        }
        else
        {
            request.Refuse(new ClientNotAvailableException($"The observer called by {method.Name} is gone. Drop the reference to it."));
        }
        return method.IsOneWay ? Task.CompletedTask : request.Reply;
    }
}
