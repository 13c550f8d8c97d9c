using FheOrleans.Grains;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace FheOrleans.Silo.Storage;

/// <summary>What a fault of SQLite means: whether it passes by itself, and what is said of it. Its own messages may quote statements and paths.</summary>
/// <remarks>The codes are SQLite's primary result codes, https://www.sqlite.org/rescode.html.</remarks>
internal static class SqliteFaults
{
    /// <summary>The fault as callers see it.</summary>
    internal static StorageException ToStorageException(SqliteException fault) => new($"{Meaning(fault)}.", Passes(fault));

    /// <summary>What happened and what to do, without a full stop.</summary>
    internal static string Meaning(SqliteException fault) => fault.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => "the disk of the node's folder is full. Make room, it goes on by itself",
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another program holds the node's database. End it, it goes on by itself",
        raw.SQLITE_IOERR => $"the disk of the node's folder failed (SQLite {fault.SqliteExtendedErrorCode}). Look at the system's log",
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => "the node's database is damaged, or is none. Restore the backup",
        raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_CANTOPEN =>
            "the node's database cannot be opened or written by this account. It belongs to the user that the node runs as",
        var code => $"SQLite answered {code}, which its manual explains under 'Result Codes'",
    };

    private static bool Passes(SqliteException fault) =>
        fault.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_IOERR or raw.SQLITE_NOMEM;
}
