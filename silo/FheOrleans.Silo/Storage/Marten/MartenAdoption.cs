using System.Collections.Immutable;
using FheOrleans.Grains;
using FheOrleans.Hosting;
using FheOrleans.Silo.Storage.Postgres;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>
/// Takes into Marten what a node without a cluster has kept in the same database, or <c>--import</c> has brought there: a document for each
/// record of grain state, a stream for each ledger.
/// </summary>
/// <remarks>
/// Part of <c>--prepare</c>, which may be repeated, and may run beside silos: what they have written is of one piece already and is not touched.
/// </remarks>
internal sealed class MartenAdoption(PostgresDatabase postgres, MartenDatabase database)
{
    private const int Together = 200;

    private const string Id = "g.key || '|' || g.kind || '|' || g.name";

    /// <summary>Records whose document is missing or names other bytes.</summary>
    private const string StrayRecordsSql =
        $"""
        SELECT g.key, g.kind, g.name, g.etag, d.mt_version
        FROM grain_state g LEFT JOIN {MartenDatabase.Schema}.mt_doc_grain d ON d.id COLLATE "C" = {Id}
        WHERE d.id IS NULL OR d.data ->> 'Bytes' <> g.etag::text
        LIMIT 200
        """;

    /// <summary>Documents whose record is gone.</summary>
    private const string StrayDocumentsSql =
        $"""
        SELECT d.tenant_id, d.id, d.mt_version FROM {MartenDatabase.Schema}.mt_doc_grain d
        WHERE NOT (d.data ->> 'IsCleared')::boolean AND NOT EXISTS (SELECT FROM grain_state g WHERE {Id} = d.id COLLATE "C")
        LIMIT 200
        """;

    private const string LedgersSql = "SELECT ledger, max(number) FROM ledger GROUP BY ledger";

    /// <summary>Ledgers that are longer than their streams: what an interrupted <c>--prepare</c> leaves.</summary>
    private const string ShortStreamsSql =
        $"""
        SELECT l.ledger, l.last FROM (SELECT ledger, max(number) AS last FROM ledger GROUP BY ledger) l
        WHERE l.last > coalesce((SELECT max(version) FROM {MartenDatabase.Schema}.mt_streams s WHERE s.id COLLATE "C" = l.ledger), 0)
        """;

    private readonly PostgresLedgerStore _stored = new(postgres);
    private readonly MartenLedgerStore _adopted = new(database);

    /// <summary>Whether everything is Marten's: what silos ask before they start.</summary>
    /// <exception cref="StartException">It is not; the message says what to run.</exception>
    internal async Task CheckAsync(CancellationToken cancellationToken)
    {
        if ((await ReadStraysAsync(cancellationToken)).Count > 0
            || (await ReadLostAsync(cancellationToken)).Count > 0
            || (await ReadLedgersAsync(ShortStreamsSql, cancellationToken)).Count > 0)
        {
            throw new StartException(
                $"The database {postgres.Name} holds state that was written without a cluster. Stop all silos, then run --prepare, which takes it in.");
        }
    }

    /// <summary>Takes in what is not Marten's yet.</summary>
    /// <returns>How many records of state and entries of ledgers that were.</returns>
    /// <exception cref="StartException">
    /// A ledger was added to in both places, and nobody can say which is right; or somebody writes all the time what is to be taken in.
    /// </exception>
    /// <exception cref="StorageException">The database cannot be reached, or refuses.</exception>
    internal async Task<(int Records, int Entries)> RunAsync(CancellationToken cancellationToken)
    {
        var (records, entries) = (0, 0);
        while (await ReadStraysAsync(cancellationToken) is { Count: > 0 } strays) records += await AdoptAsync(strays, cancellationToken);
        while (await ReadLostAsync(cancellationToken) is { Count: > 0 } lost) records += await AdoptAsync(lost, cancellationToken);
        foreach (var (ledger, last) in await ReadLedgersAsync(LedgersSql, cancellationToken)) entries += await AdoptAsync(ledger, last, cancellationToken);
        return (records, entries);
    }

    /// <returns>How many were taken in; what a silo has written meanwhile is looked at again.</returns>
    private async Task<int> AdoptAsync(IReadOnlyList<Stray> strays, CancellationToken cancellationToken)
    {
        var taken = 0;
        foreach (var tenant in strays.GroupBy(stray => stray.Tenant))
        {
            var outcome = await database.WriteAsync(
                tenant.Key,
                session =>
                {
                    foreach (var stray in tenant)
                    {
                        if (stray.Version is { } version) session.UpdateExpectedVersion(stray.ToDocument(), version);
                        else session.Insert(stray.ToDocument());
                    }
                },
                cancellationToken);
            if (outcome == WriteOutcome.Stored) taken += tenant.Count();
        }
        return taken > 0 ? taken : throw new StartException(
            $"The database {postgres.Name} holds state that somebody writes, or refuses, while it is taken in: {strays[0].Id} was the first of "
            + $"{strays.Count} records. Stop all silos and nodes, then run --prepare again.");
    }

    private async Task<int> AdoptAsync(string ledger, long last, CancellationToken cancellationToken)
    {
        var known = await _adopted.ReadLastAsync(ledger, cancellationToken);
        var common = Math.Min(known?.Number ?? 0, last);
        if (common > 0 && !await AreEqualAsync(ledger, common, cancellationToken))
        {
            throw new StartException(
                $"The ledger {ledger} goes on differently in the cluster and where it is to be taken from: their entries {common} are not the same "
                + "bytes. Import into an empty database.");
        }
        for (var after = common; after < last;)
        {
            var records = await _stored.ReadAsync(ledger, after, Together, cancellationToken);
            if (!await _adopted.AppendAsync(ledger, records, cancellationToken))
                throw new StartException($"The ledger {ledger} was added to while it was taken in. Stop all silos and run --prepare again.");
            if (!AreEqual(records, await _adopted.ReadAsync(ledger, after, records.Length, cancellationToken)))
                throw new StartException($"The ledger {ledger} does not come back as it was taken in. Restore the backup, and report this.");
            after = records[^1].Number;
        }
        return (int)(last - common);
    }

    private async Task<bool> AreEqualAsync(string ledger, long number, CancellationToken cancellationToken) =>
        await _stored.ReadAsync(ledger, number - 1, 1, cancellationToken) is [var stored]
        && AreEqual([stored], await _adopted.ReadAsync(ledger, number - 1, 1, cancellationToken));

    private static bool AreEqual(ImmutableArray<LedgerRecord> some, ImmutableArray<LedgerRecord> others) =>
        some.Length == others.Length && some.Zip(others).All(pair => pair.First.Number == pair.Second.Number
            && pair.First.Reference == pair.Second.Reference && pair.First.Entry.AsSpan().SequenceEqual(pair.Second.Entry));

    private Task<List<Stray>> ReadStraysAsync(CancellationToken cancellationToken) => ReadAsync(
        StrayRecordsSql,
        reader =>
        {
            var record = new StateRecord(reader.GetString(0), reader.GetString(1), reader.GetString(2));
            return new Stray(record.Tenant, record.Id, reader.GetGuid(3), reader.IsDBNull(4) ? null : reader.GetGuid(4));
        },
        cancellationToken);

    private Task<List<Stray>> ReadLostAsync(CancellationToken cancellationToken) =>
        ReadAsync(StrayDocumentsSql, reader => new Stray(reader.GetString(0), reader.GetString(1), null, reader.GetGuid(2)), cancellationToken);

    private Task<List<(string Ledger, long Last)>> ReadLedgersAsync(string sql, CancellationToken cancellationToken) =>
        ReadAsync(sql, reader => (reader.GetString(0), reader.GetInt64(1)), cancellationToken);

    private Task<List<T>> ReadAsync<T>(string sql, Func<Npgsql.NpgsqlDataReader, T> row, CancellationToken cancellationToken) => postgres.RunAsync(
        async attempt =>
        {
            await using var command = PostgresDatabase.Command(attempt.Connection, sql);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken)) rows.Add(row(reader));
            return rows;
        },
        cancellationToken);

    /// <summary>A record that is not of one piece with its document.</summary>
    /// <param name="Tenant">Its tenant.</param>
    /// <param name="Id">The document's id.</param>
    /// <param name="Bytes">Which bytes there are; null when there are none.</param>
    /// <param name="Version">The document's version; null when there is none.</param>
    private sealed record Stray(string Tenant, string Id, Guid? Bytes, Guid? Version)
    {
        internal GrainDocument ToDocument() => new() { Id = Id, Bytes = Bytes ?? Guid.NewGuid(), IsCleared = Bytes is null };
    }
}
