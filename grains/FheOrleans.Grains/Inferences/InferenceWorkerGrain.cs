using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Placement;

namespace FheOrleans.Grains.Inferences;

/// <summary>Has one part evaluated on this silo's threads and reports the outcome.</summary>
/// <remarks>Not reentrant, and never busy: the evaluation goes on between requests.</remarks>
[RandomPlacement]
internal sealed class InferenceWorkerGrain(PartEvaluator evaluator, RunningParts parts, ILogger<InferenceWorkerGrain> log) : Grain, IInferenceWorkerGrain
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
        // In hand until it is reported: a silo that stops waits for that.
        using (var place = parts.Enter())
            if (place is not null && await EvaluateToEndAsync(order) is { } outcome) await ReportAsync(order, outcome);
        if (_cancel is null) DeactivateOnIdle(); // Unless it was ordered again meanwhile.
    }

    /// <summary>The outcome, or null when the part was given up.</summary>
    private async Task<PartOutcome?> EvaluateToEndAsync(PartOrder order)
    {
        using var work = new CancellationTokenSource();
        _cancel = work.CancelAsync;
        try
        {
            // Off this grain's scheduler: the evaluation must not come back to it between its steps.
            return await Task.Run(() => evaluator.EvaluateAsync(order, work.Token));
        }
        catch (Exception fault) when (work.IsCancellationRequested || fault is OperationCanceledException)
        {
            log.PartGivenUp(order.InferenceKey, order.Part);
            return null;
        }
        finally
        {
            _cancel = null;
        }
    }

    private async Task ReportAsync(PartOrder order, PartOutcome outcome)
    {
        try
        {
            await GrainFactory.GetGrain<IInferenceGrain>(order.InferenceKey).PartFinishedAsync(order.Part, outcome);
        }
        catch (Exception failure)
        {
            log.OutcomeNotReported(order.InferenceKey, order.Part, failure); // The inference asks again at its next check.
        }
    }
}
