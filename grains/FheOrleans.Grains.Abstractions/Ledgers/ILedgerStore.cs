using System.Collections.Immutable;

namespace FheOrleans.Grains;

/// <summary>One entry of a ledger as it rests.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Reference">Tells the entry from every other of its ledger: <see cref="LedgerFact.Reference"/>.</param>
/// <param name="Entry">The entry's canonical bytes, which are hashed and must come back as they were.</param>
public sealed record LedgerRecord(long Number, Guid Reference, byte[] Entry);

/// <summary>Where ledgers rest: streams of entries that are added to and never changed, not even by a deletion of their data owner.</summary>
/// <remarks>
/// A ledger has one writer, its grain; the store refuses a second one by the expected number. This is the shape of an event stream with an
/// expected version and an event id, so an event store can be behind it. Implementations are safe for concurrent use and pass
/// <c>LedgerStoreContract</c>.
/// </remarks>
public interface ILedgerStore
{
    /// <summary>Adds an entry.</summary>
    /// <param name="ledger">The ledger's name, <c>tenant/owner</c>.</param>
    /// <param name="record">The entry, numbered one above the last.</param>
    /// <param name="cancellationToken">Gives up waiting; the entry is then stored whole or not at all.</param>
    /// <returns>True when it is durable; false when its number is not the next, or its reference is there already, and nothing was stored.</returns>
    Task<bool> AppendAsync(string ledger, LedgerRecord record, CancellationToken cancellationToken = default);

    /// <summary>Finds the entry of a reference.</summary>
    /// <param name="ledger">The ledger's name.</param>
    /// <param name="reference">The reference.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The entry, or null.</returns>
    Task<LedgerRecord?> FindAsync(string ledger, Guid reference, CancellationToken cancellationToken = default);

    /// <summary>Reads the last entry.</summary>
    /// <param name="ledger">The ledger's name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The entry, or null when there is none.</returns>
    Task<LedgerRecord?> ReadLastAsync(string ledger, CancellationToken cancellationToken = default);

    /// <summary>Reads entries in order.</summary>
    /// <param name="ledger">The ledger's name.</param>
    /// <param name="after">The number after which to begin; 0 for the first.</param>
    /// <param name="maximumCount">The most entries to return.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The entries; empty when there are none after the number.</returns>
    Task<ImmutableArray<LedgerRecord>> ReadAsync(string ledger, long after, int maximumCount, CancellationToken cancellationToken = default);
}
