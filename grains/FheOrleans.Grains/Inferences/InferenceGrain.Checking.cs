using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Inferences;

/// <content>The regular check of the work: what a crash of anything left behind is found and gone on with here.</content>
internal sealed partial class InferenceGrain
{
    private IGrainTimer? _check;

    // Whether this activation has been at its work since it was made, and whether it is about to be.
    private bool _isWatched, _isBeingResumed;

    /// <summary>Keeps the grain in memory while there is work to watch.</summary>
    private void StartChecking() => _check ??= this.RegisterGrainTimer(
        _ => CheckWorkAsync(),
        new GrainTimerCreationOptions { DueTime = options.Value.WorkCheckPeriod, Period = options.Value.WorkCheckPeriod, KeepAlive = true });

    private void StopChecking()
    {
        _check?.Dispose();
        _check = null;
    }

    /// <inheritdoc/>
    public Task<int> KeepGoingAsync(bool isItsTurn)
    {
        // At work, and its own regular check sees to the rest. Otherwise a turn of its own, and never more of them than one in the line.
        var isAtWork = _isWatched && (_isItsTurn || !isItsTurn) && State.Request is not null && !State.IsEndPublished;
        if (!isAtWork && !_isBeingResumed) _ = TakeATurnAsync();
        return Task.FromResult(State.HasEnded ? 0 : State.Parts.Count(part => !part.IsDone));

        // Not awaited: this activation could not leave before its next one had answered, nor the next one begin before this one had left.
        async Task TakeATurnAsync()
        {
            _isBeingResumed = true;
            try
            {
                await GrainFactory.GetGrain<IInferenceGrain>(this.GetPrimaryKeyString()).ResumeAsync(isItsTurn);
            }
            catch (Exception failure)
            {
                log.NotResumed(Key.Tenant, Key.Owner, Key.Name, failure); // The next check asks again.
            }
            finally
            {
                _isBeingResumed = false;
            }
        }
    }

    /// <inheritdoc/>
    public async Task ResumeAsync(bool isItsTurn)
    {
        _isWatched = true;
        if (State.Request is null)
        {
            await UnfinishedWork.RemoveAsync(this.GetPrimaryKeyString());
            return;
        }
        _isItsTurn |= isItsTurn;
        await CheckWorkAsync();
    }

    private async Task CheckWorkAsync()
    {
        if (State.Request is null) return;
        if (State.IsEndPublished)
        {
            // Struck off once more: the word of it may not have arrived.
            await UnfinishedWork.RemoveAsync(this.GetPrimaryKeyString());
            StopChecking();
            return;
        }
        StartChecking();
        await PublishAsync();
        if (State.HasEnded) return;
        // A worker that is at its part takes no second order for it; one that died, and its silo with it, is replaced by a new one.
        foreach (var part in _givenOut) _ = GiveOutAsync(Order(part));
        if (_isItsTurn) await GiveOutPartsAsync();
    }
}
