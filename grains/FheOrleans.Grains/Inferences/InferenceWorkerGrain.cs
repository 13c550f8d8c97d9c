using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Placement;

namespace FheOrleans.Grains.Inferences;

/// <summary>Has one part evaluated on this silo's threads and reports the outcome.</summary>
/// <remarks>Not reentrant, and never busy: the evaluation goes on between requests.</remarks>
[RandomPlacement]
internal sealed class InferenceWorkerGrain(PartEvaluator evaluator, ILogger<InferenceWorkerGrain> log) : Grain, IInferenceWorkerGrain
{
    // Set while a part is worked on.
    private Func<Task>? _cancel;

    /// <inheritdoc/>
    public Task EvaluateAsync(PartOrder order)
    {
        if (_cancel is null) _ = WorkAsync(order);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CancelAsync() => _cancel?.Invoke() ?? Task.CompletedTask;

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => CancelAsync();

    private async Task WorkAsync(PartOrder order)
    {
        using var work = new CancellationTokenSource();
        _cancel = work.CancelAsync;
        try
        {
            // Off this grain's scheduler: the evaluation must not come back to it between its steps.
            var outcome = await Task.Run(() => evaluator.EvaluateAsync(order, work.Token));
            await GrainFactory.GetGrain<IInferenceGrain>(order.InferenceKey).PartFinishedAsync(order.Part, outcome);
        }
        catch (OperationCanceledException) when (work.IsCancellationRequested)
        {
            log.PartGivenUp(order.InferenceKey, order.Part);
        }
        catch (Exception failure)
        {
            log.OutcomeNotReported(order.InferenceKey, order.Part, failure); // The inference asks again at its next check.
        }
        finally
        {
            _cancel = null;
            DeactivateOnIdle();
        }
    }
}
