using System.Collections.Immutable;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Inferences;

/// <summary>Remembers which inferences and deletions have not ended, and which subscriptions have points to take in.</summary>
internal sealed class UnfinishedWorkGrain(
    [PersistentState("unfinished")] IPersistentState<UnfinishedWorkState> state, IOptions<FheGrainsOptions> options, GrainTelemetry telemetry, ILogger<UnfinishedWorkGrain> log)
    : Grain, IUnfinishedWorkGrain
{
    // The inferences look after their parts themselves; this looks after inferences that lost their activation, with its silo or over a
    // failed write. That is rare, so it is done more rarely.
    private const int ChecksBetween = 4;

    // What an inference takes depends on what it is; half a minute is enough for some of most to have ended.
    private const int SecondsUntilSomeHaveEnded = 30;

    private int Count => state.State.Inferences.Count + state.State.Subscriptions.Count + state.State.Deletions.Count;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        telemetry.SetUnfinished(state.State.Inferences, state.State.Subscriptions);
        var period = ChecksBetween * options.Value.WorkCheckPeriod;
        this.RegisterGrainTimer(_ => ResumeAllAsync(), new GrainTimerCreationOptions { DueTime = period, Period = period, KeepAlive = true });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<bool> AddAsync(string inferenceKey)
    {
        var key = OwnedKey.Parse(inferenceKey);
        var quotas = await QuotasAsync(key.Tenant);
        if (!state.State.Inferences.Contains(inferenceKey))
        {
            var ofOwner = state.State.Inferences.Count(item => OwnedKey.Parse(item).DataOwner == key.DataOwner);
            Check(QuotaNames.UnfinishedInferencesOfAnOwner, ofOwner, options.Value.MaximumUnfinishedInferencesPerOwner);
            Check(QuotaNames.UnfinishedInferences, state.State.Inferences.Count, options.Value.MaximumUnfinishedInferences);
            var waiting = Of(key.Tenant).Count() - quotas.RunningInferences!.Value;
            if (waiting >= 0) Check(QuotaNames.QueuedInferences, waiting, quotas.QueuedInferences!.Value);
            state.State.Inferences.Add(inferenceKey);
            await SaveAsync();
        }
        return Of(key.Tenant).Take(quotas.RunningInferences!.Value).Contains(inferenceKey);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string inferenceKey)
    {
        if (!state.State.Inferences.Remove(inferenceKey)) return;
        await SaveAsync();
        var tenant = OwnedKey.Parse(inferenceKey).Tenant;
        var running = (await QuotasAsync(tenant)).RunningInferences!.Value;
        // The last of those that may run: if it runs already, this changes nothing.
        if (Of(tenant).Take(running).ToArray() is [.., var next]) _ = ResumeAsync("Inference", [next], ResumeInferenceAsync);
    }

    /// <inheritdoc/>
    public async Task<TenantWork> ReadWorkAsync(string tenant)
    {
        var running = Math.Min((await QuotasAsync(tenant)).RunningInferences!.Value, Of(tenant).Count());
        return new() { Running = running, Queued = Of(tenant).Count() - running };
    }

    /// <inheritdoc/>
    public Task<int> CountAsync() => Task.FromResult(Count);

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
        _ = ResumeInferencesAsync([.. state.State.Inferences]);
        _ = ResumeAsync("Subscription", [.. state.State.Subscriptions], key => GrainFactory.GetGrain<ISubscriptionGrain>(key).ResumeAsync());
        _ = ResumeAsync("Deletion of", [.. state.State.Deletions], key => GrainFactory.GetGrain<IDeletionGrain>(key).ResumeAsync());
        return Task.FromResult(Count);
    }

    private Task SaveAsync()
    {
        telemetry.SetUnfinished(state.State.Inferences, state.State.Subscriptions);
        return this.SaveAsync(state);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ReadOfOwnerAsync(string ownerKey) =>
        Task.FromResult<ImmutableArray<string>>([.. state.State.Inferences.Where(key => OwnedKey.Parse(key).DataOwner == ownerKey)]);

    /// <inheritdoc/>
    public Task AddDeletionAsync(string ownerKey)
    {
        if (state.State.Deletions.Contains(ownerKey)) return Task.CompletedTask;
        state.State.Deletions.Add(ownerKey);
        return SaveAsync();
    }

    /// <inheritdoc/>
    public Task RemoveDeletionAsync(string ownerKey) => state.State.Deletions.Remove(ownerKey) ? SaveAsync() : Task.CompletedTask;

    private static void Check(string quota, int count, int limit)
    {
        if (count >= limit) throw new QuotaExceededException(quota, count + 1, limit, SecondsUntilSomeHaveEnded);
    }

    /// <summary>A tenant's unfinished inferences, in the order in which they were started.</summary>
    private IEnumerable<string> Of(string tenant) => state.State.Inferences.Where(key => OwnedKey.Parse(key).Tenant == tenant);

    private async Task<TenantQuotas> QuotasAsync(string tenant) =>
        (await GrainFactory.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(tenant)).ReadAsync()).InForce;

    private Task ResumeInferenceAsync(string key) => GrainFactory.GetGrain<IInferenceGrain>(key).ResumeAsync();

    /// <summary>Of each tenant as many as may run, the oldest first.</summary>
    private async Task ResumeInferencesAsync(string[] keys)
    {
        foreach (var tenant in keys.GroupBy(key => OwnedKey.Parse(key).Tenant))
            await ResumeAsync("Inference", [.. tenant.Take((await QuotasAsync(tenant.Key)).RunningInferences!.Value)], ResumeInferenceAsync);
    }

    private async Task ResumeAsync(string kind, string[] keys, Func<string, Task> resume)
    {
        foreach (var key in keys)
        {
            try
            {
                await resume(key);
            }
            catch (Exception failure)
            {
                log.WorkNotResumed(kind, key, failure);
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

    /// <summary>Grain keys of data owners of whom something is being deleted.</summary>
    [Id(2)]
    public List<string> Deletions { get; set; } = [];
}
