using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Embedded;

/// <summary>One grain in memory: it is made, reads its state, answers requests one at a time, and ends.</summary>
/// <remarks>
/// <code>
/// Activating --> Active --> Ending --> Over
///     \____________(failed)___________/
/// </code>
/// Requests wait in <c>_waiting</c> while activating and while another request runs that they may not interleave with. Once the activation
/// is ending it takes none; what still waits then is given to the next activation of the same identity, which the catalog makes only
/// after this one is over.
/// </remarks>
internal sealed class Activation : IGrainContext
{
    private enum Stage { Activating, Active, Ending, Over }

    private readonly Lock _gate = new();
    private readonly LinkedList<Request> _waiting = new();
    private readonly HashSet<Request> _running = [];
    private readonly List<GrainTimer> _timers = [];
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GrainCatalog _catalog;
    private readonly GrainClass _class;
    private readonly ActivationScheduler _scheduler;
    private readonly AsyncServiceScope _scope;
    private Stage _stage;
    private bool _endsOnceActive;
    private int _ticks;
    private DeactivationReason _reason;
    private DateTimeOffset _lastUse;

    internal Activation(GrainCatalog catalog, GrainId id, GrainClass grainClass)
    {
        (_catalog, GrainId, _class) = (catalog, id, grainClass);
        _scope = catalog.Services.CreateAsyncScope();
        _scheduler = new(this);
        _lastUse = catalog.Time.GetUtcNow();
    }

    /// <inheritdoc/>
    public GrainId GrainId { get; }

    /// <inheritdoc/>
    public object? GrainInstance { get; private set; }

    /// <inheritdoc/>
    public IServiceProvider ActivationServices => _scope.ServiceProvider;

    /// <inheritdoc/>
    public Task Deactivated => _deactivated.Task;

    internal TimeProvider Time => _catalog.Time;

    internal TaskScheduler Scheduler => _scheduler;

    internal void Start() => _ = OnScheduler(ActivateAsync);

    /// <summary>Takes a request, or says that this activation is ending and another one must.</summary>
    internal bool TryTake(Request request)
    {
        lock (_gate)
        {
            if (_stage >= Stage.Ending) return false;
            _lastUse = Time.GetUtcNow();
            _waiting.AddLast(request);
            StartWhatMay();
            return true;
        }
    }

    /// <inheritdoc/>
    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            if (_stage >= Stage.Ending) return;
            _reason = deactivationReason;
            _endsOnceActive = _stage == Stage.Activating;
            if (_endsOnceActive) return;
            _stage = Stage.Ending;
            EndIfIdle();
        }
    }

    /// <param name="age">How long it may have been unused, where its class does not say otherwise.</param>
    /// <returns>True when it was told to end.</returns>
    internal bool DeactivateIfUnusedFor(TimeSpan age)
    {
        lock (_gate)
        {
            var isInUse = _running.Count > 0 || _waiting.Count > 0 || _ticks > 0;
            if (_stage != Stage.Active || isInUse || Time.GetUtcNow() - _lastUse < (_class.CollectionAge ?? age)) return false;
            Deactivate(new(DeactivationReasonCode.ActivationIdle, "Nobody has called the grain for a while."));
            return true;
        }
    }

    /// <inheritdoc/>
    IGrainTimer IGrainContext.RegisterTimer(Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        var timer = new GrainTimer(this, callback, options, _catalog.TimerLogger);
        lock (_gate)
        {
            if (_stage < Stage.Ending) _timers.Add(timer);
            else timer.Dispose();
        }
        return timer;
    }

    /// <summary>Runs one tick of a timer as a request of its own; false when the activation is ending.</summary>
    internal bool TryTick(GrainTimer timer)
    {
        if (!timer.Interleaves) return TryTakeTick(new TimerTick(timer));
        lock (_gate)
        {
            if (_stage >= Stage.Ending) return false;
            _ticks++;
        }
        _ = OnScheduler(async () =>
        {
            await timer.RunAsync();
            lock (_gate)
            {
                _ticks--;
                EndIfIdle();
            }
        });
        return true;
    }

    private bool TryTakeTick(TimerTick tick)
    {
        lock (_gate)
        {
            if (_stage >= Stage.Ending) return false;
            if (tick.Timer.KeepsAlive) _lastUse = Time.GetUtcNow();
            _waiting.AddLast(tick);
            StartWhatMay();
            return true;
        }
    }

    /// <summary>
    /// Starts work on the scheduler. What surrounds the caller, its HTTP request above all, must not live on in the grain and its timers.
    /// </summary>
    private Task OnScheduler(Func<Task> work)
    {
        var suppression = ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow();
        try
        {
            return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.None, _scheduler).Unwrap();
        }
        finally
        {
            suppression?.Undo();
        }
    }

    private async Task ActivateAsync()
    {
        try
        {
            var (grain, states) = GrainActivator.Create(_class.Type, this);
            GrainInstance = grain;
            foreach (var state in states) await state.ReadStateAsync();
            await grain.OnActivateAsync(CancellationToken.None);
        }
        catch (Exception failure)
        {
            _reason = new(DeactivationReasonCode.ActivationFailed, failure, "The grain could not be activated.");
            await EndAsync(wasActive: false);
            return;
        }
        lock (_gate)
        {
            _stage = _endsOnceActive ? Stage.Ending : Stage.Active;
            StartWhatMay();
            EndIfIdle();
        }
    }

    // Under the gate. Requests start in the order of their coming, except that one which may interleave overtakes those which may not.
    private void StartWhatMay()
    {
        if (_stage != Stage.Active) return;
        for (var node = _waiting.First; node is not null;)
        {
            var (request, next) = (node.Value, node.Next);
            if (MayStart(request))
            {
                _waiting.Remove(node);
                _running.Add(request);
                _ = OnScheduler(() => RunAsync(request));
            }
            node = next;
        }
    }

    private bool MayStart(Request request) =>
        _running.Count == 0
        || _class.IsReentrant
        || request.Method.AlwaysInterleaves
        || _running.All(other => other.Method.AlwaysInterleaves || (request.Method.IsReadOnly && other.Method.IsReadOnly));

    private async Task RunAsync(Request request)
    {
        await request.RunAsync(GrainInstance!);
        if (request.Failure is InconsistentStateException inconsistent)
            Deactivate(new(DeactivationReasonCode.ApplicationError, inconsistent, "The stored state was changed by somebody else."));
        lock (_gate)
        {
            _running.Remove(request);
            _lastUse = request is TimerTick { Timer.KeepsAlive: false } ? _lastUse : Time.GetUtcNow();
            StartWhatMay();
            EndIfIdle();
        }
        request.Answer();
    }

    // Under the gate.
    private void EndIfIdle()
    {
        if (_stage == Stage.Ending && _running.Count == 0 && _ticks == 0) _ = OnScheduler(() => EndAsync(wasActive: true));
    }

    private async Task EndAsync(bool wasActive)
    {
        List<GrainTimer> timers;
        lock (_gate)
        {
            if (_stage == Stage.Over) return;
            _stage = Stage.Over;
            timers = [.. _timers];
        }
        foreach (var timer in timers) timer.Dispose();
        await LeaveAsync(wasActive);
        _catalog.Remove(this);
        List<Request> left;
        lock (_gate)
        {
            left = [.. _waiting];
            _waiting.Clear();
        }
        foreach (var request in left)
        {
            if (!wasActive) request.Refuse(_reason.Exception!);
            else if (request is not TimerTick) _catalog.Dispatch(GrainId, request);
        }
        _deactivated.TrySetResult();
    }

    /// <summary>Lets the grain and its services go; whatever they throw, the identity becomes free.</summary>
    private async Task LeaveAsync(bool wasActive)
    {
        try
        {
            if (wasActive) await ((IGrainBase)GrainInstance!).OnDeactivateAsync(_reason, CancellationToken.None);
        }
        catch (Exception failure)
        {
            _catalog.Log.DeactivationFailed(GrainId, failure);
        }
        try
        {
            await _scope.DisposeAsync();
        }
        catch (Exception failure)
        {
            _catalog.Log.DeactivationFailed(GrainId, failure);
        }
    }
}
