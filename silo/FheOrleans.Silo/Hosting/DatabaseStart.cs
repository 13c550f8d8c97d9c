using FheOrleans.Grains;
using FheOrleans.Hosting;
using FheOrleans.Silo.Storage.Postgres;

namespace FheOrleans.Silo.Hosting;

/// <summary>
/// What a node alone does about its PostgreSQL database before any grain asks for it: it takes it, and brings it to this program's schema.
/// </summary>
internal sealed class DatabaseStart(
    PostgresDatabase database, DataFolder folder, IHostApplicationLifetime lifetime, ILogger<DatabaseStart> log) : IHostedService, IAsyncDisposable
{
    private static readonly string[] Promises = ["fsync", "full_page_writes", "synchronous_commit"];

    private DatabaseClaim? _claim;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Waits for a server that is starting too.
            await database.RunAsync(WarnAsync, cancellationToken);
            _claim = await DatabaseClaim.TakeAsync(database, isShared: false, log, lifetime.StopApplication, cancellationToken);
            if (await database.RunAsync(IsClustersAsync, cancellationToken))
            {
                throw new StartException(
                    $"The database {database.Name} is a cluster's: a node alone does not read the ledgers that silos keep there. Start silos on it, "
                    + "or name another database.");
            }
            foreach (var script in await new PostgresSchema(database).ApplyAsync(cancellationToken)) log.ScriptApplied(script, database.Name);
            NodeStorage.Mark(folder);
        }
        catch (StorageException fault)
        {
            throw new StartException($"The node cannot use the database {database.Name}: {fault.Reason}");
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Gives the database back, when nothing of the node runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_claim is { } claim) await claim.DisposeAsync();
        _claim = null;
    }

    /// <summary>Whether the tables of Marten are there, in which silos keep ledgers and the versions of state.</summary>
    private static async Task<bool> IsClustersAsync(PostgresAttempt attempt)
    {
        await using var command = PostgresDatabase.Command(
            attempt.Connection, $"SELECT to_regclass('{PostgresDatabase.ClusterSchema}.mt_events') IS NOT NULL");
        return (bool)(await command.ExecuteScalarAsync(attempt.CancellationToken))!;
    }

    private async Task<bool> WarnAsync(PostgresAttempt attempt)
    {
        foreach (var setting in Promises)
        {
            await using var command = PostgresDatabase.Command(attempt.Connection, "SELECT current_setting($1)", PostgresDatabase.Value(setting));
            if (await command.ExecuteScalarAsync(attempt.CancellationToken) is string and "off") log.ForgetsOnPowerCut(setting, "off");
        }
        return true;
    }
}
