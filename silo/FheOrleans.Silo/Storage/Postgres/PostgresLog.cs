namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>What storage on PostgreSQL logs. Of the node's event ids, 4000 to 4099: 4020 to 4039.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(4020, LogLevel.Warning,
        "The database's account may not cut the server's log: what is deleted stays in its write-ahead log until that is recycled. GRANT pg_checkpoint and EXECUTE ON FUNCTION pg_switch_wal() to it")]
    public static partial void CheckpointRefused(this ILogger<PostgresErasure> log);

    [LoggerMessage(4021, LogLevel.Warning, "The session that keeps database {Database} for this node broke; nothing is read or written until it is there again")]
    public static partial void ClaimLost(this ILogger log, string database);

    [LoggerMessage(4022, LogLevel.Information, "Database {Database} is kept for this node again")]
    public static partial void ClaimHeldAgain(this ILogger log, string database);

    [LoggerMessage(4023, LogLevel.Critical, "Another node took database {Database} while this one had lost it ({Holder}). This one ends")]
    public static partial void ClaimTaken(this ILogger log, string database, string holder);

    [LoggerMessage(4024, LogLevel.Information, "Applied {Script} to database {Database}")]
    public static partial void ScriptApplied(this ILogger log, string script, string database);

    [LoggerMessage(4025, LogLevel.Warning, "PostgreSQL runs with {Setting}={Value}: what is acknowledged may be lost when its machine loses power. Set it to 'on'")]
    public static partial void ForgetsOnPowerCut(this ILogger log, string setting, string value);
}
