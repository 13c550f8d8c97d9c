using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>
/// Remembers the inferences and deletions that have not ended and the subscriptions with points to take in, so that they go on after a restart, or
/// when the silo they were on is gone. Key: <see cref="GrainKeys.UnfinishedWork"/>.
/// </summary>
/// <remarks>
/// Every silo asks after the work again and again (<see cref="CheckAsync"/>): so this grain is somewhere, whichever silo died, and looks after
/// everything that is unfinished. It knows what the cluster has to do, and with what, from those checks alone.
/// </remarks>
[Alias("fhe.unfinished-work")]
public interface IUnfinishedWorkGrain : IGrainWithStringKey
{
    /// <summary>Adds an inference before it is accepted. Adding it again is no error.</summary>
    /// <param name="inferenceKey">The inference's grain key.</param>
    /// <param name="parts">How many parts it has left: what it adds to the queue's depth.</param>
    /// <returns>
    /// Whether it is its turn: as many of a tenant's inferences run as its quota says, in the order in which they were added. The others are
    /// told by <see cref="IInferenceGrain.ResumeAsync"/> when their turn has come.
    /// </returns>
    /// <exception cref="QuotaExceededException">The node, the tenant or the data owner has as many unfinished inferences as it may.</exception>
    [Alias("add")]
    Task<bool> AddAsync(string inferenceKey, int parts = 1);

    /// <summary>What a tenant's inferences are at.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <returns>How many wait and how many run.</returns>
    [Alias("read-work"), ReadOnly]
    Task<TenantWork> ReadWorkAsync(string tenant);

    /// <summary>
    /// Strikes off an inference that has ended, and has the next of its tenant take its turn. Striking off what is not there is no error.
    /// </summary>
    /// <param name="inferenceKey">The inference's grain key.</param>
    /// <returns>When it is stored.</returns>
    [Alias("remove")]
    Task RemoveAsync(string inferenceKey);

    /// <summary>Counts the jobs that have not ended: inferences, subscriptions with points to take in, and data owners' deletions.</summary>
    /// <returns>How many there are.</returns>
    [Alias("count")]
    Task<int> CountAsync();

    /// <summary>Adds a subscription that has a point to take in, or is being deleted. Adding it again is no error.</summary>
    /// <param name="subscriptionKey">The subscription's grain key.</param>
    /// <returns>When it is stored.</returns>
    [Alias("add-subscription")]
    Task AddSubscriptionAsync(string subscriptionKey);

    /// <summary>Strikes off a subscription that has nothing left to do. Striking off what is not there is no error.</summary>
    /// <param name="subscriptionKey">The subscription's grain key.</param>
    /// <returns>When it is stored.</returns>
    [Alias("remove-subscription")]
    Task RemoveSubscriptionAsync(string subscriptionKey);

    /// <summary>
    /// A silo is there, and asks that everything unfinished is being worked on: inferences, subscriptions and deletions that lost their activation
    /// are activated. Each silo asks once in <c>WorkCheckPeriod</c>; when several do, the work is looked through once in half of it at most.
    /// </summary>
    /// <param name="silo">Who asks.</param>
    /// <returns>What the cluster has to do, as far as it is known.</returns>
    [Alias("check"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<ClusterWork> CheckAsync(SiloReport silo);

    /// <summary>What the cluster has to do, and with what.</summary>
    /// <returns>That, as of the last checks.</returns>
    [Alias("read-cluster"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<ClusterWork> ReadClusterAsync();

    /// <summary>Asks every unfinished inference, every subscription with work left, and every deletion, to go on now: quotas have changed.</summary>
    /// <returns>How many there were.</returns>
    [Alias("resume-all")]
    Task<int> ResumeAllAsync();

    /// <summary>The unfinished inferences of a data owner.</summary>
    /// <param name="ownerKey">The data owner's grain key.</param>
    /// <returns>Their grain keys.</returns>
    [Alias("read-of-owner"), ReadOnly]
    Task<ImmutableArray<string>> ReadOfOwnerAsync(string ownerKey);

    /// <summary>Remembers that a data owner's deletion was begun, so that it is ended after a restart. Adding it again is no error.</summary>
    /// <param name="ownerKey">The data owner's grain key.</param>
    /// <returns>When it is stored.</returns>
    [Alias("add-deletion")]
    Task AddDeletionAsync(string ownerKey);

    /// <summary>Strikes off a data owner whose deletions have ended. Striking off what is not there is no error.</summary>
    /// <param name="ownerKey">The data owner's grain key.</param>
    /// <returns>When it is stored.</returns>
    [Alias("remove-deletion")]
    Task RemoveDeletionAsync(string ownerKey);
}
