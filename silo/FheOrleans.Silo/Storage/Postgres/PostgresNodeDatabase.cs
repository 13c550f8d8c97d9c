using FheOrleans.Grains;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>The PostgreSQL database of a node. Its size is asked for at most once a minute, beside whoever wants to know.</summary>
internal sealed class PostgresNodeDatabase(PostgresDatabase database, TimeProvider time) : INodeDatabase
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private Task _asking = Task.CompletedTask;
    private long? _askedAt, _bytes;

    /// <inheritdoc/>
    /// <remarks>Tables with their indexes; the server's log is the server's.</remarks>
    public long? Bytes
    {
        get
        {
            lock (_gate)
            {
                if (_asking.IsCompleted && (_askedAt is not { } at || time.GetElapsedTime(at) >= Period))
                    (_asking, _askedAt) = (Task.Run(AskAsync), time.GetTimestamp());
                return _bytes;
            }
        }
    }

    /// <inheritdoc/>
    public string WhereToLook => "Look at the PostgreSQL server of --database.";

    private async Task AskAsync()
    {
        long? bytes;
        try
        {
            bytes = await database.RunAsync(
                async attempt =>
                {
                    await using var command = PostgresDatabase.Command(attempt.Connection, "SELECT pg_database_size(current_database())");
                    return (long?)await command.ExecuteScalarAsync();
                },
                CancellationToken.None);
        }
        catch (StorageException)
        {
            bytes = null; // Readiness says so; a size of before would say that all is well.
        }
        lock (_gate) _bytes = bytes;
    }
}
