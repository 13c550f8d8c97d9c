using System.Collections.Immutable;
using FheOrleans.Grains;
using Microsoft.Data.Sqlite;

namespace FheOrleans.Silo.Storage;

/// <summary>Ledgers in SQLite: one row an entry. The table's triggers refuse to change or to delete one, whoever asks.</summary>
internal sealed class SqliteLedgerStore(SqliteDatabase database) : ILedgerStore
{
    private const string Columns = "SELECT number, reference, entry FROM ledger WHERE ledger = $ledger";

    /// <inheritdoc/>
    public async Task<bool> AppendAsync(string ledger, LedgerRecord record, CancellationToken cancellationToken = default) => await database.WriteAsync(
        connection =>
        {
            // One statement, so number and reference are compared and taken in one step.
            var command = Command(
                connection,
                """
                INSERT INTO ledger (ledger, number, reference, entry) SELECT $ledger, $number, $reference, $entry
                WHERE $number = (SELECT coalesce(max(number), 0) + 1 FROM ledger WHERE ledger = $ledger)
                AND NOT EXISTS (SELECT 1 FROM ledger WHERE ledger = $ledger AND reference = $reference)
                """,
                ledger);
            command.Parameters.AddWithValue("$number", record.Number);
            command.Parameters.AddWithValue("$reference", Text(record.Reference));
            command.Parameters.AddWithValue("$entry", record.Entry);
            return command;
        },
        cancellationToken) == 1;

    /// <inheritdoc/>
    public async Task<LedgerRecord?> FindAsync(string ledger, Guid reference, CancellationToken cancellationToken = default) =>
        (await ReadAsync($"{Columns} AND reference = $reference", ledger, [("$reference", Text(reference))], cancellationToken)).FirstOrDefault();

    /// <inheritdoc/>
    public async Task<LedgerRecord?> ReadLastAsync(string ledger, CancellationToken cancellationToken = default) =>
        (await ReadAsync($"{Columns} ORDER BY number DESC LIMIT 1", ledger, [], cancellationToken)).FirstOrDefault();

    /// <inheritdoc/>
    public Task<ImmutableArray<LedgerRecord>> ReadAsync(string ledger, long after, int maximumCount, CancellationToken cancellationToken = default) =>
        ReadAsync($"{Columns} AND number > $after ORDER BY number LIMIT $count", ledger, [("$after", after), ("$count", maximumCount)], cancellationToken);

    private Task<ImmutableArray<LedgerRecord>> ReadAsync(string text, string ledger, (string Name, object Value)[] parameters, CancellationToken cancellationToken) =>
        database.ReadAsync(
            connection =>
            {
                using var command = Command(connection, text, ledger);
                foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
                using var reader = command.ExecuteReader();
                var records = ImmutableArray.CreateBuilder<LedgerRecord>();
                while (reader.Read()) records.Add(new(reader.GetInt64(0), Guid.ParseExact(reader.GetString(1), "N"), reader.GetFieldValue<byte[]>(2)));
                return records.DrainToImmutable();
            },
            cancellationToken);

    private static string Text(Guid reference) => reference.ToString("N");

    private static SqliteCommand Command(SqliteConnection connection, string text, string ledger)
    {
        ArgumentException.ThrowIfNullOrEmpty(ledger);
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is one of this file's constants; values are parameters.
        command.CommandText = text;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$ledger", ledger);
        return command;
    }
}
