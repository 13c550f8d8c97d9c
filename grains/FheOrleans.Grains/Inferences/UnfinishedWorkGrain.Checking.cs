using FheOrleans.Grains.Storage;

namespace FheOrleans.Grains.Inferences;

/// <content>Looking after what is unfinished, and knowing what the cluster has to do.</content>
internal sealed partial class UnfinishedWorkGrain
{
    // As many are asked at once: one that does not answer, because its silo has just died, holds up nobody but itself.
    private const int AskedAtOnce = 32;

    // A silo that has not asked for so many periods is gone.
    private const int PeriodsOfASilo = 3;

    // An inference's and a subscription's key may be the same text.
    private const string SubscriptionPrefix = "subscription:";

    private readonly Dictionary<Guid, (SiloReport Report, DateTimeOffset At)> _silos = [];

    // Parts, or points, that each unfinished thing has left, as it said last; of one that has not said it yet, one.
    private readonly Dictionary<string, int> _left = [];

    private readonly HashSet<string> _deleting = [];
    private DateTimeOffset _checkedAt;
    private Task _check = Task.CompletedTask;

    /// <inheritdoc/>
    public Task<ClusterWork> CheckAsync(SiloReport silo)
    {
        var now = time.GetUtcNow();
        _silos[silo.Silo] = (silo, now);
        // By how far it is off, either way: where the time of day was set back, nothing must wait until it is that late again.
        var gone = _silos.Where(known => (now - known.Value.At).Duration() > PeriodsOfASilo * options.Value.WorkCheckPeriod);
        foreach (var (id, _) in gone.ToArray()) _silos.Remove(id);
        if (_check.IsCompleted && (now - _checkedAt).Duration() >= options.Value.WorkCheckPeriod / 2)
        {
            _checkedAt = now;
            // Not awaited: an inference that turns out to have ended calls back to be struck off.
            _check = LookAfterAllAsync();
        }
        return ReadClusterAsync();
    }

    /// <inheritdoc/>
    public Task<ClusterWork> ReadClusterAsync() => Task.FromResult(new ClusterWork
    {
        Silos = _silos.Count,
        EvaluationThreads = _silos.Values.Sum(silo => silo.Report.EvaluationThreads),
        Evaluating = _silos.Values.Sum(silo => silo.Report.Evaluating),
        Waiting = _silos.Values.Sum(silo => silo.Report.Waiting),
        Inferences = state.State.Inferences.Count,
        Subscriptions = state.State.Subscriptions.Count,
        QueueDepth = Depth().Values.Sum(),
    });

    /// <inheritdoc/>
    public Task<int> ResumeAllAsync()
    {
        _ = ResumeAsync();
        return Task.FromResult(Count);

        // Not awaited, as above.
        async Task ResumeAsync()
        {
            await AskAllAsync(
                "Inference", await InTurnAsync([.. state.State.Inferences]), key => Inference(key.Key).ResumeAsync(key.IsItsTurn));
            await AskOthersAsync();
        }
    }

    /// <summary>The queue's depth by tenant: what is left of everything unfinished.</summary>
    private Dictionary<string, long> Depth() => state.State.Inferences
        .Concat(state.State.Subscriptions.Select(key => SubscriptionPrefix + key))
        .GroupBy(key => OwnedKey.Parse(
            key.StartsWith(SubscriptionPrefix, StringComparison.Ordinal) ? key[SubscriptionPrefix.Length..] : key).Tenant)
        .ToDictionary(tenant => tenant.Key, tenant => tenant.Sum(key => (long)_left.GetValueOrDefault(key, 1)));

    private async Task LookAfterAllAsync()
    {
        await AskAllAsync(
            "Inference",
            await InTurnAsync([.. state.State.Inferences]),
            async key => Note(key.Key, await Inference(key.Key).KeepGoingAsync(key.IsItsTurn)));
        await AskOthersAsync();
        Tell();
    }

    private async Task AskOthersAsync()
    {
        await AskAllAsync("Subscription", [.. state.State.Subscriptions.Select(key => (key, true))], async key =>
            Note(SubscriptionPrefix + key.Key, await GrainFactory.GetGrain<ISubscriptionGrain>(key.Key).KeepGoingAsync()));
        // A deletion takes as long as it takes: nobody waits for it here, and it is not asked again before it has answered.
        foreach (var key in state.State.Deletions.Where(_deleting.Add).ToArray()) _ = DeleteAsync(key);

        async Task DeleteAsync(string key)
        {
            await AskAsync("Deletion of", key, () => GrainFactory.GetGrain<IDeletionGrain>(key).ResumeAsync());
            _deleting.Remove(key);
        }
    }

    /// <summary>Of each tenant as many as may run, the oldest first, have their turn; the others are only looked after.</summary>
    private async Task<(string Key, bool IsItsTurn)[]> InTurnAsync(string[] keys)
    {
        var asked = new List<(string Key, bool IsItsTurn)>();
        foreach (var tenant in keys.GroupBy(key => OwnedKey.Parse(key).Tenant))
        {
            var running = 0;
            try
            {
                running = (await QuotasAsync(tenant.Key)).RunningInferences!.Value;
            }
            catch (Exception failure)
            {
                // Without its quota nothing new of this tenant begins; what runs already is looked after like that of all others.
                log.QuotaNotRead(tenant.Key, failure.GetType().Name);
            }
            asked.AddRange(tenant.Select((key, place) => (key, place < running)));
        }
        return [.. asked];
    }

    private async Task AskAllAsync(string kind, (string Key, bool IsItsTurn)[] keys, Func<(string Key, bool IsItsTurn), Task> ask)
    {
        using var room = new SemaphoreSlim(AskedAtOnce);
        await Task.WhenAll(keys.Select(async key =>
        {
            await room.WaitAsync();
            try
            {
                await AskAsync(kind, key.Key, () => ask(key));
            }
            finally
            {
                room.Release();
            }
        }));
    }

    private async Task AskAsync(string kind, string key, Func<Task> ask)
    {
        try
        {
            await ask();
        }
        catch (Exception failure)
        {
            log.WorkNotResumed(kind, key, failure); // The next check asks again.
        }
    }

    // Nothing is kept of what was struck off while it was asked.
    private void Note(string key, int left)
    {
        var isThere = key.StartsWith(SubscriptionPrefix, StringComparison.Ordinal)
            ? state.State.Subscriptions.Contains(key[SubscriptionPrefix.Length..])
            : state.State.Inferences.Contains(key);
        if (isThere) _left[key] = left;
        else _left.Remove(key);
    }
}
