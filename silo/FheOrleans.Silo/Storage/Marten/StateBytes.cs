using FheOrleans.Silo.Storage.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>The bytes of grain state, in the table in which a node without a cluster keeps its state.</summary>
/// <remarks>
/// The same table, so that measuring what tenants use, erasing for good and bringing a node's data into a cluster are the same code.
/// </remarks>
internal static class StateBytes
{
    private const string AtRow = "shard = ? AND key = ? AND kind = ? AND name = ?";

    /// <summary>Reads the bytes of one version.</summary>
    /// <returns>The bytes, or null where the record has none of that version.</returns>
    internal static async Task<byte[]?> ReadAsync(NpgsqlConnection connection, StateRecord record, Guid version)
    {
        await using var command = PostgresDatabase.Command(
            connection,
            "SELECT value FROM grain_state WHERE shard = $1 AND key = $2 AND kind = $3 AND name = $4 AND etag = $5",
            PostgresDatabase.Value(Shard.Of(record.Key)),
            PostgresDatabase.Value(record.Key),
            PostgresDatabase.Value(record.Kind),
            PostgresDatabase.Value(record.Name),
            PostgresDatabase.Value(version));
        return (byte[]?)await command.ExecuteScalarAsync();
    }

    /// <summary>Adds a row where there is none.</summary>
    internal static StateBytesOperation Add(StateRecord record, Guid version, byte[] value) => new(
        record,
        "INSERT INTO grain_state (etag, value, shard, key, kind, name) VALUES (?, ?, ?, ?, ?, ?) RETURNING 1",
        [(version, NpgsqlDbType.Uuid), (value, NpgsqlDbType.Bytea), .. Row(record)]);

    /// <summary>Replaces the row that is there. Where there is none the transaction is undone.</summary>
    internal static StateBytesOperation Replace(StateRecord record, Guid version, byte[] value) => new(
        record,
        $"UPDATE grain_state SET etag = ?, value = ? WHERE {AtRow} RETURNING 1",
        [(version, NpgsqlDbType.Uuid), (value, NpgsqlDbType.Bytea), .. Row(record)]);

    /// <summary>Removes the row that is there.</summary>
    internal static StateBytesOperation Remove(StateRecord record) => new(record, $"DELETE FROM grain_state WHERE {AtRow} RETURNING 1", Row(record));

    /// <summary>Removes all rows below a data owner's key, as <see cref="PostgresErasure"/> does.</summary>
    internal static StateBytesOperation RemoveBelow(string ownerKey) => new(
        null,
        "DELETE FROM grain_state WHERE shard = ? AND key >= ? AND key < ?",
        [(Shard.Of(ownerKey), NpgsqlDbType.Smallint), (ownerKey + "/", NpgsqlDbType.Text), (ownerKey + "0", NpgsqlDbType.Text)]);

    private static (object Value, NpgsqlDbType Type)[] Row(StateRecord record) =>
    [
        (Shard.Of(record.Key), NpgsqlDbType.Smallint),
        (record.Key, NpgsqlDbType.Text),
        (record.Kind, NpgsqlDbType.Text),
        (record.Name, NpgsqlDbType.Text),
    ];
}
