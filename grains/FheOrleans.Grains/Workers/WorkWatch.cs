using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Workers;

/// <summary>
/// Keeps a grain at its unfinished work: by a check of its own, regular and in memory, and by a turn taken when whoever looks after all
/// unfinished work finds that this activation is not at it.
/// </summary>
/// <param name="grain">The grain.</param>
/// <param name="period">How often it checks.</param>
/// <param name="check">The check, a turn of the grain's.</param>
/// <param name="resume">Calls the grain by its reference: the check again, as a request of its own.</param>
/// <param name="failed">Told why the grain could not be called.</param>
internal sealed class WorkWatch(IGrainBase grain, TimeSpan period, Func<Task> check, Func<bool, Task> resume, Action<Exception> failed)
{
    private IGrainTimer? _check;
    private bool _hasBegun, _isBeingResumed;

    /// <summary>Whether this activation has begun its work, and its own check sees to the rest.</summary>
    internal bool IsAtWork => _hasBegun && _check is not null;

    /// <summary>Checks regularly from now on, and keeps the grain in memory for it.</summary>
    internal void Start() => _check ??= grain.RegisterGrainTimer(
        _ => check(), new GrainTimerCreationOptions { DueTime = period, Period = period, KeepAlive = true });

    /// <summary>The activation has begun its work: it has done, or ordered, all that could be.</summary>
    internal void Begun()
    {
        _hasBegun = true;
        Start();
    }

    /// <summary>Checks no more.</summary>
    internal void Stop()
    {
        _check?.Dispose();
        _check = null;
    }

    /// <summary>
    /// Has the grain called, and never has more than one such call wait in its line. Nobody waits for it: this activation could not leave
    /// before its next one had answered, nor the next one begin before this one had left.
    /// </summary>
    /// <param name="isItsTurn">What the call is to say.</param>
    internal async void TakeATurn(bool isItsTurn)
    {
        if (_isBeingResumed) return;
        _isBeingResumed = true;
        try
        {
            await resume(isItsTurn);
        }
        catch (Exception failure)
        {
            failed(failure); // The next look at all unfinished work asks again.
        }
        finally
        {
            _isBeingResumed = false;
        }
    }
}
