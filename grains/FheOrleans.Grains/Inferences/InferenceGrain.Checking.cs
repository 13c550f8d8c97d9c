using FheOrleans.Grains.Workers;
using Orleans;

namespace FheOrleans.Grains.Inferences;

/// <content>The regular check of the work: what a crash of anything left behind is found and gone on with here.</content>
internal sealed partial class InferenceGrain
{
    private WorkWatch? _watchOnce;

    private WorkWatch Watch => _watchOnce ??= new(
        this,
        options.Value.WorkCheckPeriod,
        CheckWorkAsync,
        isItsTurn => GrainFactory.GetGrain<IInferenceGrain>(this.GetPrimaryKeyString()).ResumeAsync(isItsTurn),
        failure => log.NotResumed(Key.Tenant, Key.Owner, Key.Name, failure));

    /// <inheritdoc/>
    public Task<int> KeepGoingAsync(bool isItsTurn)
    {
        if (!Watch.IsAtWork || (isItsTurn && !_isItsTurn)) Watch.TakeATurn(isItsTurn);
        return Task.FromResult(State.HasEnded ? 0 : State.Parts.Count(part => !part.IsDone));
    }

    /// <inheritdoc/>
    public async Task ResumeAsync(bool isItsTurn)
    {
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
            Watch.Stop();
            return;
        }
        Watch.Begun();
        await PublishAsync();
        if (State.HasEnded) return;
        // A worker that is at its part takes no second order for it; one that died, and its silo with it, is replaced by a new one.
        foreach (var part in _givenOut) _ = GiveOutAsync(Order(part));
        if (_isItsTurn) await GiveOutPartsAsync();
    }
}
