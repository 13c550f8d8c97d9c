using System.Collections.Immutable;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Inferences;

/// <summary>Remembers which inferences and deletions have not ended, and which subscriptions have points to take in, and sees to it that they go on.</summary>
/// <remarks>What is remembered is stored before anybody relies on it; what looks after it (UnfinishedWorkGrain.Checking.cs) is in memory only.</remarks>
internal sealed partial class UnfinishedWorkGrain(
    [PersistentState("unfinished")] IPersistentState<UnfinishedWorkState> state, TimeProvider time, IOptions<FheGrainsOptions> options, GrainTelemetry telemetry,
    ILogger<UnfinishedWorkGrain> log) : Grain, IUnfinishedWorkGrain
{
    // What an inference takes depends on what it is; half a minute is enough for some of most to have ended.
    private const int SecondsUntilSomeHaveEnded = 30;

    private int Count => state.State.Inferences.Count + state.State.Subscriptions.Count + state.State.Deletions.Count;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Tell();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        telemetry.ForgetUnfinished(); // The next activation may be on another silo, and what both tell is added up.
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<bool> AddAsync(string inferenceKey, int parts)
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
            _left[inferenceKey] = parts;
            await SaveAsync();
        }
        return Of(key.Tenant).Take(quotas.RunningInferences!.Value).Contains(inferenceKey);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(string inferenceKey)
    {
        if (!state.State.Inferences.Remove(inferenceKey)) return;
        _left.Remove(inferenceKey);
        await SaveAsync();
        var tenant = OwnedKey.Parse(inferenceKey).Tenant;
        var running = (await QuotasAsync(tenant)).RunningInferences!.Value;
        // The last of those that may run: if it runs already, this changes nothing.
        if (Of(tenant).Take(running).ToArray() is [.., var next]) _ = AskAsync("Inference", next, () => Inference(next).ResumeAsync());
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
        _left[SubscriptionPrefix + subscriptionKey] = 1;
        return SaveAsync();
    }

    /// <inheritdoc/>
    public Task RemoveSubscriptionAsync(string subscriptionKey)
    {
        if (!state.State.Subscriptions.Remove(subscriptionKey)) return Task.CompletedTask;
        _left.Remove(SubscriptionPrefix + subscriptionKey);
        return SaveAsync();
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

    private Task SaveAsync()
    {
        Tell();
        return this.SaveAsync(state);
    }

    private void Tell() => telemetry.SetUnfinished(state.State.Inferences, state.State.Subscriptions, Depth());

    /// <summary>A tenant's unfinished inferences, in the order in which they were started.</summary>
    private IEnumerable<string> Of(string tenant) => state.State.Inferences.Where(key => OwnedKey.Parse(key).Tenant == tenant);

    private async Task<TenantQuotas> QuotasAsync(string tenant) =>
        (await GrainFactory.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(tenant)).ReadAsync()).InForce;

    private IInferenceGrain Inference(string key) => GrainFactory.GetGrain<IInferenceGrain>(key);
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
