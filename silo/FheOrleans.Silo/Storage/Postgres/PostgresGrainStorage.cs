using System.Data;
using FheOrleans.Embedded;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;
using static FheOrleans.Silo.Storage.Postgres.PostgresDatabase;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>Grain state in PostgreSQL: one row a record, overwritten only by whoever has read its latest version.</summary>
/// <remarks>
/// Versions are random and never used again. So a write whose fate a broken connection left open is settled by looking: if the row has the
/// new version, it was stored.
/// </remarks>
internal sealed class PostgresGrainStorage(PostgresDatabase database) : IGrainStorage
{
    private const string TheRecord = "key = $1 AND kind = $2 AND name = $3 AND shard = $4";

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = await database.RunAsync(
            async attempt =>
            {
                await using var command = Command(attempt.Connection, $"SELECT etag, value FROM grain_state WHERE {TheRecord}", Key(stateName, grainId));
                await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess | CommandBehavior.SingleRow);
                return await reader.ReadAsync() ? (reader.GetGuid(0), await reader.GetFieldValueAsync<byte[]>(1)) : default((Guid Etag, byte[] Value)?);
            },
            CancellationToken.None);
        if (found is not var (etag, value))
        {
            Reset(grainState);
            return;
        }
        grainState.State = StateCodec.Read<T>(value);
        (grainState.ETag, grainState.RecordExists) = (Text(etag), true);
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var (value, etag) = (StateCodec.Write(grainState.State), Guid.NewGuid());
        var conflict = await database.RunAsync(
            async attempt =>
            {
                await using var command = Write(attempt.Connection, stateName, grainId, grainState.ETag, etag, value);
                if (await command.ExecuteNonQueryAsync() == 1) return null;
                var stored = await StoredEtagAsync(attempt.Connection, stateName, grainId);
                return attempt.MayHaveBeenStored && stored == etag ? null : Conflict(stateName, grainId, stored, grainState.ETag);
            },
            CancellationToken.None);
        if (conflict is not null) throw conflict;
        (grainState.ETag, grainState.RecordExists) = (Text(etag), true);
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var conflict = await database.RunAsync(
            async attempt =>
            {
                await using var command = Command(
                    attempt.Connection, $"DELETE FROM grain_state WHERE {TheRecord} AND etag = $5",
                    [.. Key(stateName, grainId), Value(Version(grainState.ETag) ?? Guid.Empty)]);
                if (await command.ExecuteNonQueryAsync() == 1) return null;
                var stored = await StoredEtagAsync(attempt.Connection, stateName, grainId);
                var isGone = stored is null && (grainState.ETag is null || attempt.MayHaveBeenStored);
                return isGone ? null : Conflict(stateName, grainId, stored, grainState.ETag);
            },
            CancellationToken.None);
        if (conflict is not null) throw conflict;
        Reset(grainState);
    }

    private static void Reset<T>(IGrainState<T> grainState) =>
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);

    private static NpgsqlCommand Write(NpgsqlConnection connection, string name, GrainId grain, string? readEtag, Guid newEtag, byte[] value) => readEtag is null
        ? Command(
            connection, "INSERT INTO grain_state (key, kind, name, shard, etag, value) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            [.. Key(name, grain), Value(newEtag), Value(value)])
        : Command(
            connection, $"UPDATE grain_state SET etag = $5, value = $6 WHERE {TheRecord} AND etag = $7",
            [.. Key(name, grain), Value(newEtag), Value(value), Value(Version(readEtag) ?? Guid.Empty)]);

    private static async Task<Guid?> StoredEtagAsync(NpgsqlConnection connection, string name, GrainId grain)
    {
        await using var command = Command(connection, $"SELECT etag FROM grain_state WHERE {TheRecord}", Key(name, grain));
        return (Guid?)await command.ExecuteScalarAsync();
    }

    private static NpgsqlParameter[] Key(string name, GrainId grain)
    {
        // 'type/key' under either host.
        var identity = grain.ToString();
        var slash = identity.IndexOf('/', StringComparison.Ordinal);
        var key = identity[(slash + 1)..];
        return [Value(key), Value(identity[..slash]), Value(name), Value(Shard.Of(key))];
    }

    private static string Text(Guid etag) => etag.ToString("N");

    // What is no version of ours is nobody's.
    private static Guid? Version(string? etag) => Guid.TryParseExact(etag, "N", out var version) ? version : null;

    // Text only: an inner exception of Npgsql's could not be taken to another silo.
    private static InconsistentStateException Conflict(string name, GrainId grain, Guid? stored, string? readEtag) =>
        new($"The state '{name}' of {grain} was changed by somebody else.", stored is { } etag ? Text(etag) : null, readEtag);
}
