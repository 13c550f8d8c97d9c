using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Embedded;

/// <summary>Knows every activation of the process, makes them when they are first called, and sees that no identity has two.</summary>
internal sealed class GrainCatalog(
    GrainTypes types, IServiceProvider services, IOptions<EmbeddedSiloOptions> options, TimeProvider time, ILogger<GrainCatalog> log)
{
    private readonly ConcurrentDictionary<GrainId, Lazy<Activation>> _activations = new();
    private volatile bool _isStopping;

    internal IServiceProvider Services => services;

    internal TimeProvider Time => time;

    internal ILogger Log => log;

    internal ILogger TimerLogger => log;

    internal int Count => _activations.Count;

    internal IEnumerable<KeyValuePair<string, int>> CountByType() => _activations.Keys.CountBy(id => id.Type);

    internal GrainId Identify(Type grainInterface, string key) => GrainId.Create(types.Implementing(grainInterface).Name, key);

    /// <summary>Sends a call; the result is a task of the method's own type.</summary>
    internal Task Call(GrainId id, GrainMethod method, object?[] arguments)
    {
        var request = method.NewRequest(arguments);
        Dispatch(id, request);
        if (method.IsOneWay) return Task.CompletedTask;
        var timeout = method.ResponseTimeout ?? options.Value.ResponseTimeout;
        return timeout == Timeout.InfiniteTimeSpan ? request.Reply : request.ReplyWithin(timeout, time);
    }

    internal async void Dispatch(GrainId id, Request request)
    {
        try
        {
            while (true)
            {
                if (_isStopping)
                {
                    request.Refuse(new OrleansMessageRejectionException($"The node is stopping and does not take {request.Method.Name}. Call again when it has started."));
                    return;
                }
                var activation = Find(id);
                if (activation.TryTake(request)) return;
                await activation.Deactivated.ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            request.Refuse(failure); // An async void method must not throw: the activation's services could not be made.
        }
    }

    internal void Remove(Activation activation) => _activations.TryRemove(activation.GrainId, out _);

    /// <summary>Ends the activations that nobody has called for the time the options or their class say.</summary>
    /// <returns>How many it told to end.</returns>
    internal int CollectIdle() => Made().Count(activation => activation.DeactivateIfUnusedFor(options.Value.CollectionAge));

    /// <summary>Takes no more calls and ends every activation.</summary>
    internal async Task StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        var ending = Made().ToArray();
        foreach (var activation in ending)
            activation.Deactivate(new(DeactivationReasonCode.ShuttingDown, "The process is stopping."), cancellationToken);
        await Task.WhenAll(ending.Select(activation => activation.Deactivated)).WaitAsync(cancellationToken);
    }

    private Activation Find(GrainId id)
    {
        // The dictionary may call the factory twice for one key, but only one Lazy stays, so only one activation is ever made.
        var lazy = _activations.GetOrAdd(id, static (id, catalog) => new Lazy<Activation>(() => catalog.Make(id)), this);
        return lazy.Value;
    }

    private Activation Make(GrainId id)
    {
        var activation = new Activation(this, id, types.Named(id.Type));
        activation.Start();
        return activation;
    }

    private IEnumerable<Activation> Made() => _activations.Values.Where(lazy => lazy.IsValueCreated).Select(lazy => lazy.Value);
}
