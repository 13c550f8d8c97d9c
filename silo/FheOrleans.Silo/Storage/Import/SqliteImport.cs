using System.Data;
using FheOrleans.Hosting;
using FheOrleans.Silo.Storage.Postgres;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace FheOrleans.Silo.Storage.Import;

/// <summary>Copies everything in a node's SQLite file into an empty PostgreSQL database, byte for byte.</summary>
/// <remarks>
/// One transaction: whole or not at all, so it may be begun again after whatever cut it off. Before it commits, all rows are read back, hashed by
/// the server, and compared; ledgers are followed entry by entry.
/// </remarks>
internal static class SqliteImport
{
    /// <summary>Imports.</summary>
    /// <param name="source">The file, which nobody else writes meanwhile.</param>
    /// <param name="target">The database, of this program's schema, which nobody else uses meanwhile.</param>
    /// <returns>What is in the database now, a few words each; it says so where that was the same before.</returns>
    /// <exception cref="StartException">The database holds something else, or a ledger is broken. Nothing was changed.</exception>
    /// <exception cref="Grains.StorageException">The database did not take it. Nothing was changed.</exception>
    internal static Task<IReadOnlyList<string>> RunAsync(SqliteDatabase source, PostgresDatabase target) =>
        // Within one connection of either, and both are read as streams: nothing larger than a row is in memory.
        target.RunAsync(attempt => source.ReadAsync(connection => Run(connection, attempt.Connection), CancellationToken.None), CancellationToken.None);

    private static IReadOnlyList<string> Run(SqliteConnection source, NpgsqlConnection target)
    {
        using var transaction = target.BeginTransaction(IsolationLevel.RepeatableRead);
        // Between two statements the whole file may be read.
        Execute(target, "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0");
        var isEmpty = (bool)Execute(
            target, "SELECT NOT EXISTS (SELECT FROM grain_state) AND NOT EXISTS (SELECT FROM payload) AND NOT EXISTS (SELECT FROM ledger)")!;
        var chain = new LedgerChain();
        using var states = new ImportDigest();
        using var payloads = new ImportDigest();
        using var entries = new ImportDigest();
        using (var writer = isEmpty ? Copy(target, "grain_state (shard, key, kind, name, etag, value)") : null)
        {
            foreach (var row in ImportedRows.States(source))
            {
                states.Add(ImportDigest.IdentityOf(row), row.Value);
                Write(writer, Shard.Of(row.Key), [row.Key, row.Kind, row.Name], row.Etag, row.Value);
            }
            writer?.Complete();
        }
        using (var writer = isEmpty ? Copy(target, "payload (shard, key, value)") : null)
        {
            foreach (var row in ImportedRows.Payloads(source))
            {
                payloads.Add(row.Key, row.Value);
                Write(writer, Shard.Of(row.Key), [row.Key], null, row.Value);
            }
            writer?.Complete();
        }
        using (var writer = isEmpty ? Copy(target, "ledger (ledger, number, reference, entry)") : null)
        {
            foreach (var row in ImportedRows.Entries(source))
            {
                chain.Follow(row);
                entries.Add(ImportDigest.IdentityOf(row), row.Value);
                Write(writer, row);
            }
            writer?.Complete();
        }
        Compare(target, "grain_state", isEmpty, states, "SELECT kind || '/' || key || E'\\n' || name || E'\\n' || replace(etag::text, '-', ''), octet_length(value), sha256(value) FROM grain_state ORDER BY kind || '/' || key, name");
        Compare(target, "payload", isEmpty, payloads, "SELECT key, octet_length(value), sha256(value) FROM payload ORDER BY key");
        Compare(target, "ledger", isEmpty, entries, "SELECT ledger || E'\\n' || number || E'\\n' || replace(reference::text, '-', ''), octet_length(entry), sha256(entry) FROM ledger ORDER BY ledger, number");
        transaction.Commit();
        var done = isEmpty ? "imported" : "already there";
        return
        [
            $"{done}: {states.Count} records of grain state, {states.Bytes} bytes",
            $"{done}: {payloads.Count} payloads, {payloads.Bytes} bytes",
            $"{done}: {entries.Count} entries of {chain.Ledgers} ledgers, whose chains hold",
        ];
    }

    private static void Compare(NpgsqlConnection target, string table, bool wasEmpty, ImportDigest expected, string text)
    {
        using var found = new ImportDigest();
        using (var command = PostgresDatabase.Command(target, text))
        {
            command.CommandTimeout = 0;
            using var reader = command.ExecuteReader();
            while (reader.Read()) found.Add(reader.GetString(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2));
        }
        if (found.IsSameAs(expected)) return;
        throw new StartException(wasEmpty
            ? $"What came to lie in {table} is not what was in the file ({found.Count} rows of {found.Bytes} bytes; expected {expected.Count} of {expected.Bytes}). Nothing was imported."
            : $"The database holds something else already ({found.Count} rows in {table}). A node is imported into an empty database: make another one. Nothing was changed.");
    }

    private static NpgsqlBinaryImporter Copy(NpgsqlConnection target, string table)
    {
        var writer = target.BeginBinaryImport($"COPY {table} FROM STDIN (FORMAT BINARY)");
        writer.Timeout = TimeSpan.FromHours(1);
        return writer;
    }

    private static void Write(NpgsqlBinaryImporter? writer, short shard, string[] names, Guid? etag, byte[] value)
    {
        if (writer is null) return;
        writer.StartRow();
        writer.Write(shard, NpgsqlDbType.Smallint);
        foreach (var name in names) writer.Write(name, NpgsqlDbType.Text);
        if (etag is { } version) writer.Write(version, NpgsqlDbType.Uuid);
        writer.Write(value, NpgsqlDbType.Bytea);
    }

    private static void Write(NpgsqlBinaryImporter? writer, ImportedEntry row)
    {
        if (writer is null) return;
        writer.StartRow();
        writer.Write(row.Ledger, NpgsqlDbType.Text);
        writer.Write(row.Number, NpgsqlDbType.Bigint);
        writer.Write(row.Reference, NpgsqlDbType.Uuid);
        writer.Write(row.Value, NpgsqlDbType.Bytea);
    }

    private static object? Execute(NpgsqlConnection target, string text)
    {
        using var command = PostgresDatabase.Command(target, text);
        command.CommandTimeout = 0;
        return command.ExecuteScalar();
    }
}
