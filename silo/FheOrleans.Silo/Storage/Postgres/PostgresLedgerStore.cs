using System.Collections.Immutable;
using FheOrleans.Grains;
using Npgsql;
using static FheOrleans.Silo.Storage.Postgres.PostgresDatabase;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>Ledgers in PostgreSQL: one row an entry. The table's triggers refuse to change or to delete one, whoever asks.</summary>
internal sealed class PostgresLedgerStore(PostgresDatabase database) : ILedgerStore
{
    private const string Columns = "SELECT number, reference, entry FROM ledger WHERE ledger = $1";

    /// <inheritdoc/>
    public async Task<bool> AppendAsync(string ledger, LedgerRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(ledger);
        return await database.RunAsync(
            async attempt =>
            {
                // One statement; of two writers that both see the same end, the table's keys let one through.
                await using var command = Command(
                    attempt.Connection,
                    """
                    INSERT INTO ledger (ledger, number, reference, entry) SELECT $1, $2, $3, $4
                    WHERE $2 = (SELECT coalesce(max(number), 0) + 1 FROM ledger WHERE ledger = $1)
                    ON CONFLICT DO NOTHING
                    """,
                    Value(ledger), Value(record.Number), Value(record.Reference), Value(record.Entry));
                if (await command.ExecuteNonQueryAsync(cancellationToken) == 1) return true;
                // Refused, unless it is there because an attempt that broke off was carried out.
                return attempt.MayHaveBeenStored
                    && (await ReadAsync(attempt.Connection, $"{Columns} AND reference = $2", [Value(ledger), Value(record.Reference)], cancellationToken)) is [var stored]
                    && stored.Number == record.Number && stored.Entry.AsSpan().SequenceEqual(record.Entry);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<LedgerRecord?> FindAsync(string ledger, Guid reference, CancellationToken cancellationToken = default) =>
        (await ReadAsync($"{Columns} AND reference = $2", ledger, () => [Value(reference)], cancellationToken)).FirstOrDefault();

    /// <inheritdoc/>
    public async Task<LedgerRecord?> ReadLastAsync(string ledger, CancellationToken cancellationToken = default) =>
        (await ReadAsync($"{Columns} ORDER BY number DESC LIMIT 1", ledger, () => [], cancellationToken)).FirstOrDefault();

    /// <inheritdoc/>
    public Task<ImmutableArray<LedgerRecord>> ReadAsync(string ledger, long after, int maximumCount, CancellationToken cancellationToken = default) =>
        ReadAsync($"{Columns} AND number > $2 ORDER BY number LIMIT $3", ledger, () => [Value(after), Value(maximumCount)], cancellationToken);

    private Task<ImmutableArray<LedgerRecord>> ReadAsync(
        string text, string ledger, Func<NpgsqlParameter[]> parameters, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(ledger);
        return database.RunAsync(attempt => ReadAsync(attempt.Connection, text, [Value(ledger), .. parameters()], cancellationToken), cancellationToken);
    }

    private static async Task<ImmutableArray<LedgerRecord>> ReadAsync(
        NpgsqlConnection connection, string text, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, text, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var records = ImmutableArray.CreateBuilder<LedgerRecord>();
        while (await reader.ReadAsync(cancellationToken)) records.Add(new(reader.GetInt64(0), reader.GetGuid(1), reader.GetFieldValue<byte[]>(2)));
        return records.DrainToImmutable();
    }
}
