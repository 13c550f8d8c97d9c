using System.Collections.Concurrent;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tests;

/// <summary>What the probe grains and the tests tell each other.</summary>
internal sealed class Probe
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _events = new();
    private int _activations;

    public int Activations => _activations;

    public ConcurrentQueue<string> Steps { get; } = new();

    public Exception? FailsActivation { get; set; }

    public Exception? FailsDeactivation { get; set; }

    public void Activated() => Interlocked.Increment(ref _activations);

    public Task Event(string name) => Source(name).Task;

    public void Raise(string name) => Source(name).TrySetResult();

    private TaskCompletionSource Source(string name) =>
        _events.GetOrAdd(name, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}

/// <summary>Something that surrounds a caller, like its HTTP request.</summary>
internal static class ProbeSurroundings
{
    private static readonly AsyncLocal<object?> Local = new();

    public static object? Value
    {
        get => Local.Value;
        set => Local.Value = value;
    }
}

public interface IProbeGrain : IGrainWithStringKey
{
    Task<int> CountAsync();

    Task WaitAsync(string begun, string until);

    [AlwaysInterleave]
    Task<string> AlwaysAsync();

    [ReadOnly]
    Task ReadAsync(string begun, string until);

    Task<bool> StaysOnSchedulerAsync();

    Task FailAsync(string message);

    Task SetAsync(int value);

    [ReadOnly]
    Task<int> GetAsync();

    Task ClearAsync();

    Task EndAsync();

    [OneWay]
    Task OneWayFailAsync();

    [ResponseTimeout("00:00:05")]
    Task WaitShortlyAsync(string begun, string until);

    Task TellAsync(IProbeObserver observer, string text);

    Task StartTimerAsync(TimeSpan period);

    Task<string> KeyAsync();

    Task<int> AskOtherAsync(string key);

    Task<bool> HasSurroundingsAsync();
}

public interface IProbeObserver : IGrainObserver
{
    Task TellAsync(string text);
}

public interface IReentrantProbeGrain : IGrainWithStringKey
{
    Task WaitAsync(string begun, string until);

    Task<int> OverlapAsync();
}

[GenerateSerializer]
public sealed class ProbeState
{
    [Id(0)]
    public int Value { get; set; }
}

internal sealed class ProbeGrain([PersistentState("value")] IPersistentState<ProbeState> state, Probe probe) : Grain, IProbeGrain
{
    private int _count;
    private int _inside;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        probe.Activated();
        probe.Steps.Enqueue($"activated with {state.State.Value}");
        return probe.FailsActivation is { } failure ? Task.FromException(failure) : Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Steps.Enqueue($"deactivated: {reason.ReasonCode}");
        probe.Raise("deactivated");
        return probe.FailsDeactivation is { } failure ? Task.FromException(failure) : Task.CompletedTask;
    }

    public async Task<int> CountAsync()
    {
        if (++_inside != 1) throw new InvalidOperationException("Two requests at once.");
        var count = _count;
        await Task.Yield(); // Any other request that came between would see, and lose, this count.
        _count = count + 1;
        _inside--;
        return _count;
    }

    public async Task WaitAsync(string begun, string until)
    {
        probe.Raise(begun);
        await probe.Event(until);
    }

    public Task<string> AlwaysAsync() => Task.FromResult("here");

    public Task ReadAsync(string begun, string until) => WaitAsync(begun, until);

    public async Task<bool> StaysOnSchedulerAsync()
    {
        var scheduler = TaskScheduler.Current;
        if (scheduler == TaskScheduler.Default) return false;
        await Task.Yield();
        if (TaskScheduler.Current != scheduler) return false;
        await Task.Run(() => Thread.Yield());
        return TaskScheduler.Current == scheduler;
    }

    public Task FailAsync(string message) => throw new NotSupportedException(message);

    public Task SetAsync(int value)
    {
        state.State.Value = value;
        return state.WriteStateAsync();
    }

    public Task<int> GetAsync() => Task.FromResult(state.State.Value);

    public Task ClearAsync() => state.ClearStateAsync();

    public Task EndAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public Task OneWayFailAsync()
    {
        probe.Raise("one way");
        throw new NotSupportedException();
    }

    public Task WaitShortlyAsync(string begun, string until) => WaitAsync(begun, until);

    public Task TellAsync(IProbeObserver observer, string text) => observer.TellAsync(text);

    public Task StartTimerAsync(TimeSpan period)
    {
        this.RegisterGrainTimer(
            _ =>
            {
                probe.Steps.Enqueue("tick");
                probe.Raise($"tick {++_count}");
                return _count == 1 ? throw new InvalidOperationException("The first tick fails.") : Task.CompletedTask;
            },
            period,
            period);
        return Task.CompletedTask;
    }

    public Task<string> KeyAsync() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<bool> HasSurroundingsAsync() => Task.FromResult(ProbeSurroundings.Value is not null);

    public Task<int> AskOtherAsync(string key) => GrainFactory.GetGrain<IProbeGrain>(key).CountAsync();
}

[Reentrant, CollectionAgeLimit(Minutes = 1)]
internal sealed class ReentrantProbeGrain(Probe probe) : Grain, IReentrantProbeGrain
{
    private int _inside;
    private int _most;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        probe.Raise("reentrant deactivated");
        return Task.CompletedTask;
    }

    public async Task WaitAsync(string begun, string until)
    {
        _most = Math.Max(_most, ++_inside);
        probe.Raise(begun);
        await probe.Event(until);
        _inside--;
    }

    public Task<int> OverlapAsync() => Task.FromResult(_most);
}
