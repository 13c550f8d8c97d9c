using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Placement;

namespace FheOrleans.Grains.Inferences;

/// <summary>Has one part evaluated on this silo's threads and reports the outcome.</summary>
/// <remarks>Not reentrant, and never busy: the evaluation goes on between requests.</remarks>
[RandomPlacement]
internal sealed class InferenceWorkerGrain(
    PartEvaluator evaluator, RunningParts parts, TimeProvider time, ILogger<InferenceWorkerGrain> log) : Grain, IInferenceWorkerGrain
{
    // What was computed is worth some patience: the inference's silo may have died a moment ago, or storage be away.
    // Together half a minute.
    private const int Reports = 7;
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5);

    // From the order to its report.
    private bool _isAtWork;

    // Set while a part is evaluated.
    private Func<Task>? _cancel;

    /// <inheritdoc/>
    public Task<bool> EvaluateAsync(PartOrder order)
    {
        if (_isAtWork) return Task.FromResult(true);
        if (parts.Enter() is not { } place)
        {
            DeactivateOnIdle(); // This silo is stopping.
            return Task.FromResult(false);
        }
        _isAtWork = true;
        _ = WorkAsync(order, place);
        return Task.FromResult(true);
    }

    /// <inheritdoc/>
    public Task CancelAsync()
    {
        if (!_isAtWork) DeactivateOnIdle(); // Made by this very call, for nothing.
        return _cancel?.Invoke() ?? Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        _cancel?.Invoke() ?? Task.CompletedTask;

    private async Task WorkAsync(PartOrder order, IDisposable place)
    {
        // In hand until it is reported: a silo that stops waits for that.
        using (place)
            if (await EvaluateToEndAsync(order) is { } outcome) await ReportAsync(order, outcome);
        _isAtWork = false;
        DeactivateOnIdle();
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
        for (var (report, wait) = (1, FirstWait); ; report++, wait *= 2)
        {
            try
            {
                await GrainFactory.GetGrain<IInferenceGrain>(order.InferenceKey).PartFinishedAsync(order, outcome);
                return;
            }
            catch (Exception failure)
            {
                log.OutcomeNotReported(order.InferenceKey, order.Part, failure);
                if (report == Reports || parts.Closing.IsCancellationRequested) return; // The inference orders it again at its next check.
            }
            await Task.Delay(wait, time);
        }
    }
}
