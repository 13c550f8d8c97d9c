using Microsoft.Data.Sqlite;

namespace FheOrleans.Silo.Storage.Import;

/// <summary>A record of grain state as it is copied.</summary>
internal readonly record struct ImportedState(string Kind, string Key, string Name, Guid Etag, byte[] Value);

/// <summary>A payload as it is copied.</summary>
internal readonly record struct ImportedPayload(string Key, byte[] Value);

/// <summary>An entry of a ledger as it is copied.</summary>
internal readonly record struct ImportedEntry(string Ledger, long Number, Guid Reference, byte[] Value);

/// <summary>Everything in a node's SQLite file, row by row, in the order in which <see cref="ImportDigest"/> takes it.</summary>
internal static class ImportedRows
{
    /// <summary>Records of grain state by kind, key and name.</summary>
    internal static IEnumerable<ImportedState> States(SqliteConnection source)
    {
        foreach (var row in Read(source, "SELECT grain, name, etag, value FROM grain_state ORDER BY grain, name"))
        {
            var grain = row.GetString(0);
            var slash = grain.IndexOf('/', StringComparison.Ordinal);
            yield return new(grain[..slash], grain[(slash + 1)..], row.GetString(1), Guid.ParseExact(row.GetString(2), "N"), row.GetFieldValue<byte[]>(3));
        }
    }

    /// <summary>Payloads by key.</summary>
    internal static IEnumerable<ImportedPayload> Payloads(SqliteConnection source) =>
        Read(source, "SELECT key, value FROM payload ORDER BY key").Select(row => new ImportedPayload(row.GetString(0), row.GetFieldValue<byte[]>(1)));

    /// <summary>Entries by ledger and number.</summary>
    internal static IEnumerable<ImportedEntry> Entries(SqliteConnection source) =>
        Read(source, "SELECT ledger, number, reference, entry FROM ledger ORDER BY ledger, number")
            .Select(row => new ImportedEntry(row.GetString(0), row.GetInt64(1), Guid.ParseExact(row.GetString(2), "N"), row.GetFieldValue<byte[]>(3)));

    private static IEnumerable<SqliteDataReader> Read(SqliteConnection source, string text)
    {
        using var command = source.CreateCommand();
#pragma warning disable CA2100 // The text is one of this file's constants.
        command.CommandText = text;
#pragma warning restore CA2100
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return reader;
    }
}
