using System.Diagnostics.CodeAnalysis;
using FheOrleans.Grains;
using Npgsql;
using static FheOrleans.Silo.Storage.Postgres.PostgresDatabase;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>Erases in PostgreSQL, where a deletion only marks a row and every change is in a log as well.</summary>
/// <remarks>
/// Not even VACUUM overwrites: the room of dead rows keeps their bytes until something else comes to lie there. So the part of each table
/// that the data owner is in is written anew without them (<c>VACUUM FULL</c>), which leaves the old file to the operating system, and the log is
/// brought to a point from which the server needs no earlier file. docs/operations.md has what the server must be set to, and what archives,
/// standbys and backups keep.
/// </remarks>
internal sealed class PostgresErasure(PostgresDatabase database, ILogger<PostgresErasure> log) : IErasure, IDisposable
{
    private static readonly string Lock = $"{PostgresSchema.LockClass}, 3";

    private static readonly TimeSpan OthersPatience = TimeSpan.FromSeconds(20), Pause = TimeSpan.FromMilliseconds(20);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<short, Task> _next = [];
    private bool _isCheckpointRefused;

    /// <inheritdoc/>
    public Task EraseStateBelowAsync(string ownerKey, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerKey);
        return database.RunAsync(
            async attempt =>
            {
                await using var command = Command(
                    attempt.Connection,
                    "DELETE FROM grain_state WHERE ($2::smallint IS NULL OR shard = $2) AND key >= $1 || '/' AND key < $1 || '0'",
                    Value(ownerKey), Value(Shard.OfAllBelow(ownerKey)));
                return await command.ExecuteNonQueryAsync(cancellationToken);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <inheritdoc/>
    /// <remarks>Of everybody in the same part. Those who ask while one is under way share the next.</remarks>
    public Task ScrubAsync(string ownerKey, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerKey);
        var shard = Shard.Of(ownerKey);
        lock (_gate)
        {
            if (!_next.TryGetValue(shard, out var next)) next = _next[shard] = Task.Run(() => ScrubNextAsync(shard), CancellationToken.None);
            return next.WaitAsync(cancellationToken);
        }
    }

    private async Task ScrubNextAsync(short shard)
    {
        await _one.WaitAsync();
        try
        {
            // Who asks from here on may have deleted something that this one misses.
            lock (_gate) _next.Remove(shard);
            await database.RunAsync(attempt => ScrubAsync(attempt.Connection, Shard.Suffix(shard)), CancellationToken.None);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> ScrubAsync(NpgsqlConnection connection, string suffix)
    {
        // Processes that erase meanwhile wait, rather than rewrite and cut beside this.
        await UntilAsync(connection, $"SELECT pg_try_advisory_lock({Lock})", "other deletions are still being carried out");
        try
        {
            await WaitForReadersAsync(connection);
            // Who asks for the part waits behind this; so this does not wait long behind a reader, a backup for instance.
            await ExecuteAsync(connection, "SET statement_timeout = 0; SET lock_timeout = '3s'");
            await ExecuteAsync(connection, $"VACUUM (FULL) grain_state_{suffix}, payload_{suffix}");
            await CutLogAsync(connection);
            return true;
        }
        finally
        {
            // The pool would keep it until somebody uses the connection again.
            if (connection.State == System.Data.ConnectionState.Open) await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({Lock})");
        }
    }

    /// <summary>Waits until nobody's view of the database is older than this moment: what an older view still shows is not removed.</summary>
    private static async Task WaitForReadersAsync(NpgsqlConnection connection)
    {
        await using var command = Command(connection, "SELECT pg_current_xact_id()::xid::text");
        var now = (string)(await command.ExecuteScalarAsync())!;
        // What vacuums is not in the way of vacuuming; a standby that holds rows back is its operator's affair.
        await UntilAsync(
            connection,
            $"""
            SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND backend_type <> 'autovacuum worker' AND greatest(age(backend_xmin), age(backend_xid)) > age('{now}'::xid)
            """,
            "somebody has read the database since before the deletion, a backup for instance, and still sees what was deleted");
    }

    /// <summary>Asks until the answer is yes; between the questions this session has no view of the database itself.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "Texts of this file, and numbers.")]
    private static async Task UntilAsync(NpgsqlConnection connection, string question, string otherwise)
    {
        var begun = TimeProvider.System.GetTimestamp();
        await using var command = new NpgsqlCommand(question, connection);
        while (!(bool)(await command.ExecuteScalarAsync())!)
        {
            if (TimeProvider.System.GetElapsedTime(begun) > OthersPatience) throw new StorageException($"{otherwise}. It is tried again.", isTransient: true);
            await Task.Delay(Pause);
        }
    }

    /// <summary>Has the server begin a new file of its log and need none before it. Where the account may not, that is the server's own affair.</summary>
    private async Task CutLogAsync(NpgsqlConnection connection)
    {
        try
        {
            await ExecuteAsync(connection, "SELECT pg_switch_wal()");
            await ExecuteAsync(connection, "CHECKPOINT");
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            if (!_isCheckpointRefused) log.CheckpointRefused();
            _isCheckpointRefused = true;
        }
    }

    [SuppressMessage("Security", "CA2100", Justification = "Texts of this file; a part's number is a number.")]
    private static async Task ExecuteAsync(NpgsqlConnection connection, string text)
    {
        // As long as it takes: the server's own limits say when to give up.
        await using var command = new NpgsqlCommand(text, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
    }
}
