using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Inferences;

/// <content>The regular check of the work: what a crash of anything left behind is found and gone on with here.</content>
internal sealed partial class InferenceGrain
{
    private IGrainTimer? _check;

    /// <summary>Keeps the grain in memory while there is work to watch.</summary>
    private void StartChecking() => _check ??= this.RegisterGrainTimer(
        _ => CheckWorkAsync(),
        new GrainTimerCreationOptions { DueTime = options.Value.WorkCheckPeriod, Period = options.Value.WorkCheckPeriod, KeepAlive = true });

    private void StopChecking()
    {
        _check?.Dispose();
        _check = null;
    }

    private async Task CheckWorkAsync()
    {
        if (State.Request is null || State.IsEndPublished) return;
        await PublishAsync();
        if (State.HasEnded) return;
        // A worker that is at its part takes no second order for it; one that died, and its silo with it, is replaced by a new one.
        foreach (var part in _givenOut) await Worker(part).EvaluateAsync(Order(part));
        if (_isItsTurn) await GiveOutPartsAsync();
    }
}
