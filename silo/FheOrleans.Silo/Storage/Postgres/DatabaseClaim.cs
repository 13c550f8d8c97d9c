using FheOrleans.Hosting;
using Npgsql;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>
/// Keeps a database for one node, as the lock on its folder keeps the folder: by an advisory lock of a session that lives as long as the node.
/// </summary>
/// <remarks>
/// The lock goes with its session, so a node that dies leaves nothing behind. When the session breaks, because PostgreSQL is restarted for
/// instance, nothing is read or written until the node has the lock again; when somebody else has it by then, the node ends.
/// Silos of a cluster share it: they hold off a node alone, not one another.
/// </remarks>
internal sealed class DatabaseClaim : IAsyncDisposable
{
    private const int NodeLock = 2;

    /// <summary>How long a session of a node that has just died may take to go.</summary>
    private static readonly TimeSpan Lingering = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly PostgresDatabase _database;
    private readonly bool _isShared;
    private readonly ILogger _log;
    private readonly Action _onTaken;
    private readonly CancellationTokenSource _ending = new();
    private NpgsqlConnection? _session;
    private Task _watching = Task.CompletedTask;

    private DatabaseClaim(PostgresDatabase database, bool isShared, ILogger log, Action onTaken) =>
        (_database, _isShared, _log, _onTaken) = (database, isShared, log, onTaken);

    /// <summary>Takes the database.</summary>
    /// <param name="database">The database; it is shut while the claim is lost.</param>
    /// <param name="isShared">Whether other holders of shared claims may be there.</param>
    /// <param name="log">Where losing it is told.</param>
    /// <param name="onTaken">Called when somebody else has it after it was lost: there is nothing left but to end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The claim; disposing of it gives the database back.</returns>
    /// <exception cref="StartException">Another node has it.</exception>
    /// <exception cref="Grains.StorageException">The database cannot be reached.</exception>
    internal static async Task<DatabaseClaim> TakeAsync(
        PostgresDatabase database, bool isShared, ILogger log, Action onTaken, CancellationToken cancellationToken)
    {
        var claim = new DatabaseClaim(database, isShared, log, onTaken);
        try
        {
            if (await claim.TryTakeAsync(cancellationToken) is { } holder)
                throw new StartException($"Another node uses the database {database.Name}: {holder}. Stop it, or name another database.");
        }
        catch (Exception fault)
        {
            await claim.DisposeAsync();
            if (PostgresFaults.IsOne(fault)) throw PostgresFaults.ToStorageException(fault, isConnected: false);
            throw;
        }
        claim._watching = Task.Run(claim.WatchAsync, CancellationToken.None);
        return claim;
    }

    /// <summary>Takes the database as silos do, and what prepares it for them: beside one another, and not beside a node alone.</summary>
    /// <remarks>Waits for a server that is starting. As <see cref="TakeAsync"/> otherwise.</remarks>
    internal static async Task<DatabaseClaim> ShareAsync(PostgresDatabase database, ILogger log, Action onTaken, CancellationToken cancellationToken)
    {
        await database.RunAsync(_ => Task.FromResult(true), cancellationToken);
        return await TakeAsync(database, isShared: true, log, onTaken, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        if (_session is not null) await _session.DisposeAsync();
        _ending.Dispose();
    }

    /// <returns>Null when it is ours; otherwise who has it.</returns>
    private async Task<string?> TryTakeAsync(CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var attempt = $"SELECT pg_try_advisory_lock{(_isShared ? "_shared" : "")}({PostgresSchema.LockClass}, {NodeLock})";
        _session ??= await ConnectAsync(cancellationToken);
        while (true)
        {
            if ((bool)(await AskAsync(_session, attempt, cancellationToken))!) return null;
            if (TimeProvider.System.GetElapsedTime(begun) > Lingering) break;
            await Task.Delay(Pause, cancellationToken);
        }
        return (string?)await AskAsync(
            _session,
            $"""
            SELECT 'connected from ' || coalesce(host(client_addr), 'this machine')
                || ' since ' || to_char(backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            FROM pg_stat_activity WHERE pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = {PostgresSchema.LockClass}
            AND objid = {NodeLock} AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) LIMIT 1
            """,
            cancellationToken) ?? "its session has just ended";
    }

    private async Task WatchAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                // Nobody sends anything: this ends when the session breaks, which is what is waited for.
                await _session!.WaitAsync(_ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception fault) when (PostgresFaults.IsOne(fault) || fault is InvalidOperationException)
            {
                if (!await RetakeAsync()) return;
            }
        }
    }

    private async Task<bool> RetakeAsync()
    {
        _database.Shut();
        _log.ClaimLost(_database.Name);
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                if (_session is not null) await _session.DisposeAsync();
                _session = null;
                if (await TryTakeAsync(_ending.Token) is { } holder)
                {
                    _log.ClaimTaken(_database.Name, holder);
                    _onTaken();
                    return false;
                }
                _log.ClaimHeldAgain(_database.Name);
                _database.Open();
                return true;
            }
            catch (Exception fault) when (PostgresFaults.IsOne(fault) || fault is InvalidOperationException)
            {
                await Task.Delay(Pause, CancellationToken.None); // Still away.
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
        return false;
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var session = _database.NewSession("fheorleans-node");
        try
        {
            await session.OpenAsync(cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private static async Task<object?> AskAsync(NpgsqlConnection session, string text, CancellationToken cancellationToken)
    {
        await using var command = PostgresDatabase.Command(session, text);
        return await command.ExecuteScalarAsync(cancellationToken);
    }
}
