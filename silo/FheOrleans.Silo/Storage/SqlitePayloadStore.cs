using FheOrleans.Grains;
using Microsoft.Data.Sqlite;

namespace FheOrleans.Silo.Storage;

/// <summary>Payloads in SQLite: one row a payload, in the same file as grain state.</summary>
internal sealed class SqlitePayloadStore(SqliteDatabase database) : IPayloadStore
{
    // A key and all below it, key/...: '0' is the character after '/'.
    private const string AtOrBelow = "(key = $key OR (key >= $key || '/' AND key < $key || '0'))";

    /// <inheritdoc/>
    public Task WriteAsync(string key, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
        database.WriteAsync(
            connection =>
            {
                var command = Command(connection, "INSERT INTO payload (key, value) VALUES ($key, $value) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key);
                command.Parameters.AddWithValue("$value", payload.ToArray());
                return command;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            connection =>
            {
                using var command = Command(connection, "SELECT value FROM payload WHERE key = $key", key);
                using var reader = command.ExecuteReader();
                return reader.Read() ? reader.GetFieldValue<byte[]>(0) : null;
            },
            cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) =>
        database.WriteAsync(connection => Command(connection, $"DELETE FROM payload WHERE {AtOrBelow}", key), cancellationToken);

    /// <inheritdoc/>
    public Task<long> MeasureAsync(string key, CancellationToken cancellationToken = default) =>
        database.ReadAsync(
            connection =>
            {
                using var command = Command(connection, $"SELECT coalesce(sum(length(value)), 0) FROM payload WHERE {AtOrBelow}", key);
                return (long)command.ExecuteScalar()!;
            },
            cancellationToken);

    private static SqliteCommand Command(SqliteConnection connection, string text, string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is one of this file's constants; values are parameters.
        command.CommandText = text;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$key", key);
        return command;
    }
}
