using Microsoft.Data.Sqlite;

namespace FheOrleans.Silo.Storage;

/// <summary>The one file in which a node keeps everything, and the few connections to it.</summary>
/// <remarks>
/// SQLite takes one writer at a time and, with the write-ahead log, any number of readers beside it. So there is one connection that writes
/// and a few that read; who finds none free waits without a thread. <c>synchronous=FULL</c>: when a write returns, it survives a power cut.
/// <c>secure_delete</c>: what is deleted is overwritten, not only forgotten.
/// </remarks>
internal sealed class SqliteDatabase : IDisposable
{
    private const int Readers = 4;

    /// <summary>What each version of the schema adds to the one before; the file says which it has.</summary>
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE grain_state (grain TEXT NOT NULL, name TEXT NOT NULL, etag TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (grain, name));
        CREATE TABLE payload (key TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL);
        """,
        """
        CREATE TABLE ledger (ledger TEXT NOT NULL, number INTEGER NOT NULL, reference TEXT NOT NULL, entry BLOB NOT NULL,
            PRIMARY KEY (ledger, number), UNIQUE (ledger, reference));
        CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'a ledger is added to and never changed'); END;
        CREATE TRIGGER ledger_is_never_cut BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'a ledger is added to and never cut'); END;
        """,
    ];

    private readonly SqliteConnection _writer;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SqliteConnection[] _readers;
    private readonly SemaphoreSlim _reading = new(Readers);
    private readonly Stack<SqliteConnection> _idleReaders;

    /// <summary>Opens the file, and makes it, readable by its owner only, where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file was written by a later version of this program.</exception>
    internal SqliteDatabase(string path)
    {
        _ = SqliteLibrary.Version;
        Create(path);
        _writer = Open(path);
        Execute(_writer, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;");
        Prepare(_writer, path);
        _readers = [.. Enumerable.Range(0, Readers).Select(_ => Open(path))];
        _idleReaders = new(_readers);
    }

    /// <summary>Reads with a connection that nobody else uses meanwhile.</summary>
    internal async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        await _reading.WaitAsync(cancellationToken);
        SqliteConnection connection;
        lock (_idleReaders) connection = _idleReaders.Pop();
        try
        {
            return await Task.Run(() => read(connection), CancellationToken.None);
        }
        finally
        {
            lock (_idleReaders) _idleReaders.Push(connection);
            _reading.Release();
        }
    }

    /// <summary>Writes one statement, which SQLite stores whole or not at all.</summary>
    /// <returns>How many rows it changed.</returns>
    internal async Task<int> WriteAsync(Func<SqliteConnection, SqliteCommand> makeCommand, CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () =>
                {
                    using var command = makeCommand(_writer);
                    return command.ExecuteNonQuery();
                },
                CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Closes the file; the log is folded into it.</summary>
    public void Dispose()
    {
        foreach (var reader in _readers) reader.Dispose();
        _writer.Dispose();
        _writing.Dispose();
        _reading.Dispose();
    }

    private static void Create(string path)
    {
        if (File.Exists(path)) return;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, options).Dispose();
    }

    private static SqliteConnection Open(string path)
    {
        // The connections live as long as the node; the provider's own pool would keep the file open after that.
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Prepare(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        var version = (long)command.ExecuteScalar()!;
        if (version > Steps.Length)
            throw new InvalidDataException($"{path} has schema {version}; this program knows {Steps.Length}. Start the version that wrote it.");
        for (; version < Steps.Length; version++) Execute(connection, $"BEGIN; {Steps[version]} PRAGMA user_version={version + 1}; COMMIT;");
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The text is one of this file's constants.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
