using System.Data;
using FheOrleans.Grains;
using Npgsql;
using static FheOrleans.Silo.Storage.Postgres.PostgresDatabase;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>Payloads in PostgreSQL: one row a payload. Bytes go between the caller's array and the socket without another copy.</summary>
/// <param name="database">The database.</param>
/// <param name="fence">Of a cluster's silo: by what it may write; null where nobody else writes.</param>
internal sealed class PostgresPayloadStore(PostgresDatabase database, SiloFence? fence = null) : IPayloadStore
{
    private const string Write =
        "INSERT INTO payload (key, shard, value) SELECT $1, $2, $3 WHERE {0} ON CONFLICT (key, shard) DO UPDATE SET value = excluded.value";

    // A key and all below it, key/...: '0' is the character after '/'. Without a shard where the path names no data owner: all are looked through.
    private const string AtOrBelow = "WHERE ($2::smallint IS NULL OR shard = $2) AND (key = $1 OR (key >= $1 || '/' AND key < $1 || '0'))";

    private readonly string _write = SiloFence.Guard(fence, Write, firstParameter: 4);
    private readonly string _delete = SiloFence.Guard(fence, $"DELETE FROM payload {AtOrBelow} AND {{0}}", firstParameter: 3);

    /// <inheritdoc/>
    /// <remarks>Written over when it is there, so doing it twice is doing it once.</remarks>
    public Task WriteAsync(string key, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) => RunAsync(
        key,
        _write,
        Shard.Of(key),
        command =>
        {
            command.Parameters.Add(Value(payload));
            return SiloFence.ExecuteAsync(fence, command, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) => RunAsync(
        key,
        "SELECT value FROM payload WHERE key = $1 AND shard = $2",
        Shard.Of(key),
        async command =>
        {
            // Sequential: the value goes from the socket into its array, and nothing holds the row as a whole.
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess | CommandBehavior.SingleRow, cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? await reader.GetFieldValueAsync<byte[]>(0, cancellationToken) : null;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) => RunAsync(
        key,
        _delete,
        Shard.OfAllBelow(key),
        command => SiloFence.ExecuteAsync(fence, command, cancellationToken),
        cancellationToken);

    /// <inheritdoc/>
    public Task<long> MeasureAsync(string key, CancellationToken cancellationToken = default) => RunAsync(
        key,
        $"SELECT coalesce(sum(octet_length(value)), 0)::bigint FROM payload {AtOrBelow}",
        Shard.OfAllBelow(key),
        async command => (long)(await command.ExecuteScalarAsync(cancellationToken))!,
        cancellationToken);

    private Task<T> RunAsync<T>(string key, string text, short? shard, Func<NpgsqlCommand, Task<T>> run, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return database.RunAsync(
            async attempt =>
            {
                await using var command = Command(attempt.Connection, text, Value(key), Value(shard));
                return await run(command);
            },
            cancellationToken);
    }
}
