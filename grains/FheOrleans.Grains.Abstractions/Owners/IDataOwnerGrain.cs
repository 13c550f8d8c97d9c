using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>A data owner: what it has, and its numbered events. Key: <see cref="GrainKeys.DataOwner"/>.</summary>
[Alias("fhe.owner")]
public interface IDataOwnerGrain : IGrainWithStringKey
{
    /// <summary>Makes the data owner. Called by its <see cref="IMemberGrain"/>; one that is there stays as it is.</summary>
    /// <returns>When it is stored.</returns>
    [Alias("join")]
    Task JoinAsync();

    /// <summary>The token of a data owner who joined before there were members: from then on it is its member's.</summary>
    /// <returns>SHA-256 of the token, 32 bytes; null where there is none.</returns>
    [Alias("read-former-token"), ReadOnly]
    Task<byte[]?> ReadFormerTokenAsync();

    /// <summary>Forgets that token. Forgetting none is no error.</summary>
    /// <returns>When it is stored.</returns>
    [Alias("forget-former-token")]
    Task ForgetFormerTokenAsync();

    /// <summary>Describes the data owner and lists what it has.</summary>
    /// <returns>The data owner.</returns>
    /// <exception cref="NotFoundException">It did not join.</exception>
    [Alias("describe"), ReadOnly]
    Task<DataOwnerDescription> DescribeAsync();

    /// <summary>Enters something into the owner's catalog. Entering it again is no error. Of inferences the latest are listed.</summary>
    /// <param name="kind">What kind of thing.</param>
    /// <param name="id">Its name.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="LimitExceededException">The owner has as many of the kind as it may.</exception>
    [Alias("register")]
    Task RegisterAsync(CatalogKind kind, string id);

    /// <summary>Removes something from the owner's catalog. Removing what is not there is no error.</summary>
    /// <param name="kind">What kind of thing.</param>
    /// <param name="id">Its name.</param>
    /// <returns>When it is stored.</returns>
    [Alias("forget")]
    Task ForgetAsync(CatalogKind kind, string id);

    /// <summary>
    /// Numbers an event, stores it and pushes it to the observers. The same event again keeps its number and is not pushed again.
    /// </summary>
    /// <param name="published">
    /// The event. Its number is ignored, and so is a result: that is read from where its inference stored it.
    /// </param>
    /// <returns>The event's sequence number, from 1.</returns>
    [Alias("publish")]
    Task<long> PublishEventAsync(PredictionEvent published);

    /// <summary>The events after a number, oldest first, each with its result where it has one.</summary>
    /// <param name="after">The last number already seen; 0 for all that are kept.</param>
    /// <param name="maximumCount">The most events to return, at most <see cref="Limits.EventsPerRead"/>.</param>
    /// <returns>The events; empty when there are none yet.</returns>
    [Alias("read-events"), ReadOnly]
    Task<ImmutableArray<PredictionEvent>> ReadEventsAsync(long after, int maximumCount);

    /// <summary>Has events pushed to an observer for <see cref="Limits.SubscriptionLease"/>. Subscribing again renews it.</summary>
    /// <remarks>
    /// <para>
    /// Subscribe first and read the backlog then: so nothing falls between the two, and the sequence number tells what comes twice.
    /// Events come one after the other and in order, however slow the observer is. One that fails is dropped.
    /// </para>
    /// <para>
    /// Observers are in memory: when the owner is activated anew, on another silo for instance, nobody is subscribed. So subscribe again every few
    /// seconds, and read the log when its last number, which is the answer, is not the last one heard.
    /// </para>
    /// </remarks>
    /// <param name="observer">A reference made by <see cref="IGrainFactory.CreateObjectReference{T}"/>.</param>
    /// <returns>The number of the last event there is; 0 when there is none.</returns>
    /// <exception cref="LimitExceededException">The owner has as many observers as it may, and all of them were renewed lately.</exception>
    [Alias("subscribe"), ResponseTimeout("00:00:05")]
    Task<long> SubscribeAsync(IPredictionObserver observer);

    /// <summary>Ends a subscription. Ending none is no error.</summary>
    /// <param name="observer">The reference that was subscribed.</param>
    /// <returns>When nothing is pushed to it any more.</returns>
    [Alias("unsubscribe")]
    Task UnsubscribeAsync(IPredictionObserver observer);

    /// <summary>Whether the data owner has joined and was not deleted.</summary>
    /// <returns>True if it is there.</returns>
    [Alias("read-is-there"), ReadOnly]
    Task<bool> ReadIsThereAsync();

    /// <summary>Whether there was a data owner of this name who was deleted: the name is not given out again, for its ledger is not another's.</summary>
    /// <returns>True if it was.</returns>
    [Alias("read-is-deleted"), AlwaysInterleave]
    Task<bool> ReadIsDeletedAsync();

    /// <summary>All that the data owner has, as long as anything is left of it.</summary>
    /// <returns>The catalog.</returns>
    [Alias("read-catalog"), ReadOnly]
    Task<ImmutableArray<CatalogEntry>> ReadCatalogAsync();

    /// <summary>
    /// Begins the data owner's deletion: nothing is registered or published from now on. <see cref="IDeletionGrain"/> calls this.
    /// </summary>
    /// <returns>When it is stored.</returns>
    [Alias("close")]
    Task CloseAsync();

    /// <summary>Erases the data owner's catalog and events; that it was deleted is all that is kept. <see cref="IDeletionGrain"/> calls this.</summary>
    /// <returns>When nothing else is stored.</returns>
    [Alias("erase")]
    Task EraseAsync();
}
