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
            await RewriteAsync(connection, $"grain_state_{suffix}, payload_{suffix}");
            await CutLogAsync(connection);
            return true;
        }
        finally
        {
            // The pool would keep it until somebody uses the connection again.
            if (connection.State == System.Data.ConnectionState.Open) await ExecuteAsync(connection, $"SELECT pg_advisory_unlock({Lock})");
        }
    }

    /// <summary>Writes a part anew without what is deleted.</summary>
    private static async Task RewriteAsync(NpgsqlConnection connection, string tables)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            await WaitForReadersAsync(connection);
            try
            {
                // Who asks for the part waits behind this; so this does not wait long behind a reader, a backup for instance.
                await ExecuteAsync(connection, "SET statement_timeout = 0; SET lock_timeout = '3s'");
                await ExecuteAsync(connection, $"VACUUM (FULL) {tables}");
                return;
            }
            catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.DataCorrupted)
            {
                // Said of a disk in doubt, and of a row deleted since that wait: an older view still holds the row, and a vacuum beside this has
                // taken its long value already. The next wait is for that view as well.
                if (TimeProvider.System.GetElapsedTime(begun) > OthersPatience) throw;
            }
            await Task.Delay(Pause);
        }
    }

    /// <summary>Waits until nobody's view of the database is older than this moment: what an older view still shows is not removed.</summary>
    /// <remarks>
    /// A view, this session's too, reaches back to the oldest transaction that writes anywhere on the server, so those of other databases are
    /// waited for as well. What vacuums is in nobody's way. Of others' sessions the server shows an account these numbers and little else.
    /// A standby that holds rows back is its operator's affair.
    /// </remarks>
    private static async Task WaitForReadersAsync(NpgsqlConnection connection)
    {
        await using var command = Command(connection, "SELECT pg_current_xact_id()::xid::text");
        var now = (string)(await command.ExecuteScalarAsync())!;
        await UntilAsync(
            connection,
            $"""
            SELECT NOT EXISTS (
                SELECT FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND (age(backend_xid) > age('{now}'::xid)
                OR datname = current_database() AND age(backend_xmin) > age('{now}'::xid) AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum)))
            AND NOT EXISTS (SELECT FROM pg_prepared_xacts WHERE age(transaction) > age('{now}'::xid))
            """,
            "a session has read this database, or written anywhere on its server, since before the deletion, a backup for instance, and what was "
            + "deleted stays while it does. pg_stat_activity and pg_prepared_xacts show which");
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
