namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>What storage on PostgreSQL logs. Event ids 4020 to 4039.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(4020, LogLevel.Warning,
        "The database's account may not cut the server's log: what is deleted stays in its write-ahead log until that is recycled. GRANT pg_checkpoint and EXECUTE ON FUNCTION pg_switch_wal() to it")]
    public static partial void CheckpointRefused(this ILogger<PostgresErasure> log);
}
