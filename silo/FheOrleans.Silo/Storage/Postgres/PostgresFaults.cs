using System.Net.Sockets;
using FheOrleans.Grains;
using Npgsql;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>What a fault of the database means: whether it passes by itself, and what is said of it.</summary>
/// <remarks>
/// Npgsql's and the server's own messages may name hosts, accounts and values, and do not leave this class. The codes are PostgreSQL's
/// SQLSTATEs, appendix A of its manual.
/// </remarks>
internal static class PostgresFaults
{
    /// <summary>Whether it is a fault of the database, or of the way to it. A name that leads nowhere is not the driver's own exception.</summary>
    internal static bool IsOne(Exception fault) => fault is NpgsqlException or IOException or SocketException;

    /// <summary>Whether it is the server's word that nothing of the transaction is stored; the session goes on.</summary>
    internal static bool IsRefusal(Exception fault) => fault is PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>Whether the server is away, is starting or stopping, or lost the connection: the same statement may succeed in a moment.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="isConnected">Whether there was a connection; a connection that takes too long to make is as good as a server that is away.</param>
    internal static bool Passes(Exception fault, bool isConnected) => fault switch
    {
        // The server ended the session, whatever it calls that: a new one may be served.
        PostgresException { InvariantSeverity: "FATAL" or "PANIC" } when isConnected => true,
        PostgresException said => said.SqlState is
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.LockNotAvailable
            // A standby that was asked, for as long as it takes to become the primary or to find the primary.
            or PostgresErrorCodes.ReadOnlySqlTransaction
            || said.SqlState.StartsWith("08", StringComparison.Ordinal),
        // A statement that was given up for taking too long is not repeated: it would take as long again.
        NpgsqlException { InnerException: IOException or SocketException } => true,
        NpgsqlException { InnerException: TimeoutException } => !isConnected,
        // Of several hosts each had a fault of its own; or, without one, none of them takes writes yet.
        NpgsqlException { InnerException: AggregateException several } => several.InnerExceptions.All(cause => Passes(cause, isConnected)),
        NpgsqlException { InnerException: NpgsqlException cause } => Passes(cause, isConnected),
        NpgsqlException { InnerException: null, Message: var text } when text.StartsWith("No suitable host", StringComparison.Ordinal) => true,
        IOException or SocketException => true,
        _ => false,
    };

    /// <summary>The fault as callers see it: without anything that was asked or answered.</summary>
    internal static StorageException ToStorageException(Exception fault, bool isConnected)
    {
        if (Passes(fault, isConnected) && fault is not PostgresException)
            return new("there is no connection to PostgreSQL. It is tried again; look at the server if that goes on.", isTransient: true);
        return fault switch
        {
            PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } or { InnerException: TimeoutException } =>
                new("PostgreSQL took too long over a statement. Look at its load, and at what holds locks.", isTransient: true),
            PostgresException { SqlState: var state } => new($"PostgreSQL answered {state}, {Meaning(state)}.", Passes(fault, isConnected)),
            { InnerException: System.Security.Authentication.AuthenticationException } => new(
                "the TLS connection to PostgreSQL was not agreed. Look at 'SSL Mode' and 'Root Certificate' in the connection file and at the server's "
                + "certificate.", isTransient: false),
            _ => new(
                $"the connection to PostgreSQL failed ({fault.GetType().Name}). Look at the connection file and at the server's log.", isTransient: false),
        };
    }

    private static string Meaning(string state) => state switch
    {
        PostgresErrorCodes.DataCorrupted => "a value is damaged. Its log names the table; look at the disk, and keep a backup from before",
        PostgresErrorCodes.DiskFull => "the disk is full. Make room, it goes on by itself",
        PostgresErrorCodes.InsufficientPrivilege => "this account may not do that. Its tables must belong to the account of the connection string",
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "the account or its password is refused. Look at the connection file and at pg_hba.conf",
        PostgresErrorCodes.InvalidCatalogName => "there is no such database. Make it (CREATE DATABASE), or correct the connection file",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName => "the tables are not there. Run --prepare",
        PostgresErrorCodes.ReadOnlySqlTransaction => "it takes no writes: a standby, or set read-only",
        PostgresErrorCodes.LockNotAvailable => "somebody else holds a lock for long",
        PostgresErrorCodes.TooManyConnections =>
            "it has no connection left. Raise max_connections, or lower 'Maximum Pool Size' in the connection file",
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow =>
            "it is stopping or starting",
        _ => "which its manual explains in appendix A",
    };
}
