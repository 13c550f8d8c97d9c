using FheOrleans.Embedded;
using Microsoft.Data.Sqlite;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Silo.Storage;

/// <summary>Grain state in SQLite: one row a record, overwritten only by whoever has read its latest version.</summary>
internal sealed class SqliteGrainStorage(SqliteDatabase database) : IGrainStorage
{
    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var found = await database.ReadAsync(connection => Read(connection, stateName, grainId), CancellationToken.None);
        if (found is not var (etag, value))
        {
            Reset(grainState);
            return;
        }
        grainState.State = StateCodec.Read<T>(value);
        (grainState.ETag, grainState.RecordExists) = (etag, true);
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var value = StateCodec.Write(grainState.State);
        // Never used again, unlike a count: a record that was deleted and made anew must not look like the old one.
        var etag = Guid.NewGuid().ToString("N");
        var changed = await database.WriteAsync(connection => Write(connection, stateName, grainId, grainState.ETag, etag, value), CancellationToken.None);
        if (changed == 0) throw await ConflictAsync(stateName, grainId, grainState.ETag);
        (grainState.ETag, grainState.RecordExists) = (etag, true);
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var changed = await database.WriteAsync(connection => Delete(connection, stateName, grainId, grainState.ETag), CancellationToken.None);
        if (changed == 0 && (grainState.ETag is not null || await StoredEtagAsync(stateName, grainId) is not null))
            throw await ConflictAsync(stateName, grainId, grainState.ETag);
        Reset(grainState);
    }

    private static void Reset<T>(IGrainState<T> grainState) =>
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);

    private static (string Etag, byte[] Value)? Read(SqliteConnection connection, string name, GrainId grain)
    {
        using var command = Command(connection, "SELECT etag, value FROM grain_state WHERE grain = $grain AND name = $name", name, grain);
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetString(0), reader.GetFieldValue<byte[]>(1)) : null;
    }

    private static SqliteCommand Write(SqliteConnection connection, string name, GrainId grain, string? readEtag, string newEtag, byte[] value)
    {
        var command = readEtag is null
            ? Command(connection, "INSERT INTO grain_state (grain, name, etag, value) VALUES ($grain, $name, $new, $value) ON CONFLICT DO NOTHING", name, grain)
            : Command(connection, "UPDATE grain_state SET etag = $new, value = $value WHERE grain = $grain AND name = $name AND etag = $read", name, grain);
        if (readEtag is not null) command.Parameters.AddWithValue("$read", readEtag);
        command.Parameters.AddWithValue("$new", newEtag);
        command.Parameters.AddWithValue("$value", value);
        return command;
    }

    private static SqliteCommand Delete(SqliteConnection connection, string name, GrainId grain, string? readEtag)
    {
        var command = Command(connection, "DELETE FROM grain_state WHERE grain = $grain AND name = $name AND etag = $read", name, grain);
        command.Parameters.AddWithValue("$read", readEtag ?? "");
        return command;
    }

    private static SqliteCommand Command(SqliteConnection connection, string text, string name, GrainId grain)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is one of this file's constants; values are parameters.
        command.CommandText = text;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$grain", grain.ToString());
        command.Parameters.AddWithValue("$name", name);
        return command;
    }

    private async Task<string?> StoredEtagAsync(string name, GrainId grain) =>
        (await database.ReadAsync(connection => Read(connection, name, grain), CancellationToken.None))?.Etag;

    private async Task<InconsistentStateException> ConflictAsync(string name, GrainId grain, string? readEtag) =>
        new($"The state '{name}' of {grain} was changed by somebody else.", await StoredEtagAsync(name, grain), readEtag);
}
