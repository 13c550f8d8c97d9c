using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>
/// A data owner's ledger: what was stored, computed and deleted, append-only and hash-chained. Key: <see cref="GrainKeys.DataOwner"/>.
/// It outlives the data owner.
/// </summary>
[Alias("fhe.ledger")]
public interface ILedgerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Enters a fact. Whoever acknowledges something that belongs in the ledger enters it first. The same <see cref="LedgerFact.Reference"/>
    /// again is entered once.
    /// </summary>
    /// <param name="fact">What happened.</param>
    /// <returns>The entry, durable.</returns>
    [Alias("append")]
    Task<LedgerEntry> AppendAsync(LedgerFact fact);

    /// <summary>Reads entries, oldest first.</summary>
    /// <param name="after">The number of the last entry already seen; 0 for all.</param>
    /// <param name="maximumCount">The most entries to return, at most <see cref="Limits.LedgerEntriesPerRead"/>.</param>
    /// <returns>The entries and the ledger's head.</returns>
    [Alias("read"), ReadOnly]
    Task<LedgerPage> ReadAsync(long after, int maximumCount);
}
