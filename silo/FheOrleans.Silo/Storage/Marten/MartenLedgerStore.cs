using System.Collections.Immutable;
using FheOrleans.Grains;
using JasperFx.Events;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>Ledgers as Marten's event streams: one stream a data owner, in its tenant, appended to with the expected version.</summary>
/// <remarks>
/// An entry's number is its event's version. What is refused: a version that is not the next, by the store; a reference that is there already,
/// by the unique index over event ids (<see cref="LedgerEntered.IdOf"/>).
/// </remarks>
internal sealed class MartenLedgerStore(MartenDatabase database) : ILedgerStore
{
    /// <inheritdoc/>
    public Task<bool> AppendAsync(string ledger, LedgerRecord record, CancellationToken cancellationToken = default) =>
        AppendAsync(ledger, [record], cancellationToken);

    /// <summary>Adds entries, all or none.</summary>
    /// <param name="ledger">The ledger's name.</param>
    /// <param name="records">The entries, numbered from one above the last, without gaps; at least one.</param>
    /// <param name="cancellationToken">Gives up waiting; all are then stored or none.</param>
    /// <returns>True when they are durable; false when the first's number is not the next, or a reference is there already.</returns>
    internal async Task<bool> AppendAsync(string ledger, IReadOnlyList<LedgerRecord> records, CancellationToken cancellationToken)
    {
        var (first, last) = (records[0], records[^1]);
        // The store would take it for "whatever the version is".
        if (first.Number < 1) return false;
        var outcome = await database.WriteAsync(
            TenantOf(ledger),
            session => session.Events.Append(ledger, last.Number, records.Select(record => Event(ledger, record))),
            cancellationToken);
        return outcome switch
        {
            WriteOutcome.Stored => true,
            WriteOutcome.RefusedInDoubt => await FindAsync(ledger, last.Reference, cancellationToken) is { } found
                && found.Number == last.Number && found.Entry.AsSpan().SequenceEqual(last.Entry),
            _ => false,
        };
    }

    /// <inheritdoc/>
    public Task<LedgerRecord?> FindAsync(string ledger, Guid reference, CancellationToken cancellationToken = default) => database.ReadAsync(
        TenantOf(ledger),
        async (session, _) =>
        {
            var found = await session.Events.LoadAsync(LedgerEntered.IdOf(ledger, reference), cancellationToken);
            return found is not null && found.StreamKey == ledger ? Record(found) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<LedgerRecord?> ReadLastAsync(string ledger, CancellationToken cancellationToken = default) => database.ReadAsync(
        TenantOf(ledger),
        async (session, _) =>
        {
            if (await session.Events.FetchStreamStateAsync(ledger, cancellationToken) is not { Version: > 0 and var last }) return null;
            var events = await session.Events.FetchStreamAsync(ledger, fromVersion: last, token: cancellationToken);
            return events.Select(Record).MaxBy(record => record.Number);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<LedgerRecord>> ReadAsync(string ledger, long after, int maximumCount, CancellationToken cancellationToken = default) =>
        database.ReadAsync<ImmutableArray<LedgerRecord>>(
            TenantOf(ledger),
            async (session, _) =>
            {
                // Beyond any version there is, and what follows does not run over.
                if (maximumCount < 1 || after > long.MaxValue / 2) return [];
                var events = await session.Events.FetchStreamAsync(
                    ledger, version: after + maximumCount, fromVersion: after + 1, token: cancellationToken);
                return [.. events.Select(Record).OrderBy(record => record.Number)];
            },
            cancellationToken);

    private static Event<LedgerEntered> Event(string ledger, LedgerRecord record) =>
        new(new(record.Reference, record.Entry)) { Id = LedgerEntered.IdOf(ledger, record.Reference) };

    private static LedgerRecord Record(IEvent found)
    {
        var entered = (LedgerEntered)found.Data;
        return new(found.Version, entered.Reference, entered.Entry);
    }

    private static string TenantOf(string ledger)
    {
        ArgumentException.ThrowIfNullOrEmpty(ledger);
        return ledger.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? ledger[..end] : ledger;
    }
}
