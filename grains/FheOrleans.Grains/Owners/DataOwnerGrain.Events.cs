using System.Collections.Immutable;
using FheOrleans.Grains.Receipts;
using FheOrleans.Grains.Storage;
using Orleans;

namespace FheOrleans.Grains.Owners;

/// <content>Events: numbered, stored, read, pushed.</content>
internal sealed partial class DataOwnerGrain
{
    // Lives as long as the activation: observers are in memory only, which is why a subscription is renewed.
    private readonly Dictionary<IPredictionObserver, Subscription> _subscriptions = [];

    private EventLog? _events;

    private EventLog Events => _events ??= new(this, events, payloads, this.GetPrimaryKeyString(), options.Value.MaximumEvents);

    /// <inheritdoc/>
    public async Task<long> PublishEventAsync(PredictionEvent published)
    {
        if (owner.State.DeletedAt is not null) return 0; // Nobody is left to hear of it.
        var (sequence, isNew) = await Events.AppendAsync(published);
        if (!isNew) return sequence;
        foreach (var subscription in _subscriptions.Values) Push(subscription);
        return sequence;
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<PredictionEvent>> ReadEventsAsync(long after, int maximumCount)
    {
        var count = Math.Clamp(maximumCount, 0, Limits.EventsPerRead);
        var read = new List<PredictionEvent>(count);
        foreach (var kept in await Events.ReadAsync(Math.Max(0, after), count)) read.Add(await WithResultAsync(kept));
        return [.. read];
    }

    /// <inheritdoc/>
    public Task<long> SubscribeAsync(IPredictionObserver observer)
    {
        DropExpired();
        if (!_subscriptions.TryGetValue(observer, out var subscription))
        {
            if (_subscriptions.Count >= options.Value.MaximumObservers) DropForgotten();
            if (_subscriptions.Count >= options.Value.MaximumObservers)
                throw new LimitExceededException("observers of a data owner", _subscriptions.Count + 1, options.Value.MaximumObservers);
            _subscriptions[observer] = subscription = new(observer) { Sent = Events.Last };
        }
        subscription.Expires = time.GetUtcNow() + Limits.SubscriptionLease;
        return Task.FromResult(Events.Last);
    }

    /// <inheritdoc/>
    public Task UnsubscribeAsync(IPredictionObserver observer)
    {
        _subscriptions.Remove(observer);
        return Task.CompletedTask;
    }

    private void DropExpired() => Drop(item => item.Expires <= time.GetUtcNow());

    /// <summary>Those that were not renewed when they should have been: their gateway has died, and its clients come back by another one.</summary>
    private void DropForgotten() => Drop(item => item.Expires <= time.GetUtcNow() + (Limits.SubscriptionLease / 2));

    private void Drop(Func<Subscription, bool> isOver)
    {
        foreach (var over in _subscriptions.Values.Where(isOver).ToArray()) _subscriptions.Remove(over.Observer);
    }

    /// <summary>
    /// Sends what a subscription has not had, one event after the other; the turn that published does not wait. A slow observer costs one
    /// event in memory, not a queue of them: each is read from storage when its time has come.
    /// </summary>
    private async void Push(Subscription subscription)
    {
        if (subscription.IsBusy) return;
        subscription.IsBusy = true;
        try
        {
            while (IsCurrent(subscription) && await Events.ReadAsync(subscription.Sent, 1) is [var next])
            {
                await subscription.Observer.OnPredictionAsync(await WithResultAsync(next));
                subscription.Sent = next.Sequence;
            }
        }
        catch (Exception failure)
        {
            if (IsCurrent(subscription)) _subscriptions.Remove(subscription.Observer);
            log.ObserverDropped(Key.Tenant, Key.Owner, failure.GetType().Name);
        }
        finally
        {
            subscription.IsBusy = false;
        }
    }

    private bool IsCurrent(Subscription subscription) =>
        subscription.Expires > time.GetUtcNow() && _subscriptions.TryGetValue(subscription.Observer, out var current) && ReferenceEquals(current, subscription);

    private async Task<PredictionEvent> WithResultAsync(PredictionEvent kept)
    {
        var publisher = new OwnedKey(Key.Tenant, Key.Owner, kept.Inference);
        return kept.State switch
        {
            PredictionState.PartCompleted => kept with
            {
                Result = await payloads.ReadAsync(PayloadKeys.Result(publisher, kept.Part)),
                Receipt = await ReadReceiptAsync(PayloadKeys.Receipt(publisher, kept.Part)),
            },
            PredictionState.Completed => kept with { Receipt = await ReadReceiptAsync(PayloadKeys.Receipt(publisher, kept.Part)) },
            PredictionState.Live => kept with
            {
                Result = await payloads.ReadAsync(PayloadKeys.LiveResult(publisher, kept.Part, kept.Version)),
                Receipt = await ReadReceiptAsync(PayloadKeys.LiveReceipt(publisher, kept.Part, kept.Version)),
            },
            _ => kept,
        };
    }

    private async Task<SignedStatement?> ReadReceiptAsync(string payload) => StoredReceipt.Read(await payloads.ReadAsync(payload));

    private sealed class Subscription(IPredictionObserver observer)
    {
        internal IPredictionObserver Observer => observer;

        internal DateTimeOffset Expires { get; set; }

        internal long Sent { get; set; }

        internal bool IsBusy { get; set; }
    }
}
