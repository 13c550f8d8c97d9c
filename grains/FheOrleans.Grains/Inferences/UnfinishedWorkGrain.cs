using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Inferences;

/// <summary>Remembers which inferences have not ended, and which subscriptions have points to take in.</summary>
internal sealed class UnfinishedWorkGrain(
    [PersistentState("unfinished")] IPersistentState<UnfinishedWorkState> state, IOptions<FheGrainsOptions> options, GrainTelemetry telemetry, ILogger<UnfinishedWorkGrain> log)
    : Grain, IUnfinishedWorkGrain
{
    // The inferences look after their parts themselves; this looks after inferences that lost their activation, with its silo or over a
    // failed write. That is rare, so it is done more rarely.
    private const int ChecksBetween = 4;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        telemetry.SetUnfinished(state.State.Inferences, state.State.Subscriptions);
        var period = ChecksBetween * options.Value.WorkCheckPeriod;
        this.RegisterGrainTimer(_ => ResumeAllAsync(), new GrainTimerCreationOptions { DueTime = period, Period = period, KeepAlive = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task AddAsync(string inferenceKey)
    {
        if (state.State.Inferences.Contains(inferenceKey)) return Task.CompletedTask;
        var owner = OwnedKey.Parse(inferenceKey).DataOwner;
        Check("unfinished inferences of a data owner", state.State.Inferences.Count(key => OwnedKey.Parse(key).DataOwner == owner), options.Value.MaximumUnfinishedInferencesPerOwner);
        Check("unfinished inferences", state.State.Inferences.Count, options.Value.MaximumUnfinishedInferences);
        state.State.Inferences.Add(inferenceKey);
        return SaveAsync();
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string inferenceKey) =>
        state.State.Inferences.Remove(inferenceKey) ? SaveAsync() : Task.CompletedTask;

    /// <inheritdoc/>
    public Task<int> CountAsync() => Task.FromResult(state.State.Inferences.Count + state.State.Subscriptions.Count);

    /// <inheritdoc/>
    public Task AddSubscriptionAsync(string subscriptionKey)
    {
        if (state.State.Subscriptions.Contains(subscriptionKey)) return Task.CompletedTask;
        state.State.Subscriptions.Add(subscriptionKey);
        return SaveAsync();
    }

    /// <inheritdoc/>
    public Task RemoveSubscriptionAsync(string subscriptionKey) =>
        state.State.Subscriptions.Remove(subscriptionKey) ? SaveAsync() : Task.CompletedTask;

    /// <inheritdoc/>
    public Task<int> ResumeAllAsync()
    {
        // Not awaited: an inference that turns out to have ended calls back to be struck off, and this turn must be over for that.
        _ = ResumeAsync([.. state.State.Inferences], key => GrainFactory.GetGrain<IInferenceGrain>(key).ResumeAsync());
        _ = ResumeAsync([.. state.State.Subscriptions], key => GrainFactory.GetGrain<ISubscriptionGrain>(key).ResumeAsync());
        return Task.FromResult(state.State.Inferences.Count + state.State.Subscriptions.Count);
    }

    private Task SaveAsync()
    {
        telemetry.SetUnfinished(state.State.Inferences, state.State.Subscriptions);
        return this.SaveAsync(state);
    }

    private static void Check(string what, int count, int limit)
    {
        if (count >= limit) throw new LimitExceededException(what, count + 1, limit);
    }

    private async Task ResumeAsync(string[] keys, Func<string, Task> resume)
    {
        foreach (var key in keys)
        {
            try
            {
                await resume(key);
            }
            catch (Exception failure)
            {
                log.InferenceNotResumed(key, failure);
            }
        }
    }
}

/// <summary>What the grain remembers.</summary>
[GenerateSerializer, Alias("fhe.state.unfinished")]
internal sealed class UnfinishedWorkState
{
    /// <summary>Grain keys, in the order in which the inferences were started.</summary>
    [Id(0)]
    public List<string> Inferences { get; set; } = [];

    /// <summary>Grain keys of subscriptions that have a point to take in, or are being deleted.</summary>
    [Id(1)]
    public List<string> Subscriptions { get; set; } = [];
}
