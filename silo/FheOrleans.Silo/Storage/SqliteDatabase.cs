using System.Threading.Channels;
using FheOrleans.Grains;
using Microsoft.Data.Sqlite;

namespace FheOrleans.Silo.Storage;

/// <summary>The one file in which a node keeps everything, and the few connections to it.</summary>
/// <remarks>
/// SQLite takes one writer at a time and, with the write-ahead log, any number of readers beside it. So there is one connection that writes
/// and a few that read; who finds none free waits without a thread. <c>synchronous=FULL</c>: when a write returns, it survives a power cut.
/// Writes that come while one is being made durable are made durable together: one flush of the disk for all of them.
/// <c>secure_delete</c>: what is deleted is overwritten, not only forgotten.
/// </remarks>
internal sealed class SqliteDatabase : IDisposable
{
    private const int Readers = 4;

    // Bounds what waits for one flush; what is beyond waits for the next.
    private const int MostWritesTogether = 64;

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
        // INSERT OR REPLACE deletes without asking the trigger for deletions.
        """
        CREATE TRIGGER ledger_is_never_replaced BEFORE INSERT ON ledger
            WHEN EXISTS (SELECT 1 FROM ledger WHERE ledger = NEW.ledger AND (number >= NEW.number OR reference = NEW.reference))
            BEGIN SELECT RAISE(ABORT, 'a ledger is added to and never changed'); END;
        """,
    ];

    private readonly SqliteConnection _writer;
    private readonly Channel<PendingWrite> _pending = Channel.CreateUnbounded<PendingWrite>(new() { SingleReader = true });
    private readonly Task _writing;
    private readonly SqliteConnection[] _readers;
    private readonly SemaphoreSlim _reading = new(Readers);
    private readonly Stack<SqliteConnection> _idleReaders;

    // Who cuts takes all readers, one after the other: two at it would each hold some and wait for the rest.
    private readonly SemaphoreSlim _cutting = new(1);

    /// <summary>Opens the file, and makes it, readable by its owner only, where there is none.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file was written by a later version of this program, or cannot be used; the message says why.</exception>
    internal SqliteDatabase(string path)
    {
        _ = SqliteLibrary.Version;
        _writer = OpenWriter(path);
        _readers = [.. Enumerable.Range(0, Readers).Select(_ => Open(path))];
        _idleReaders = new(_readers);
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Reads with a connection that nobody else uses meanwhile.</summary>
    /// <exception cref="StorageException">The file could not be read.</exception>
    internal async Task<T> ReadAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellationToken)
    {
        // Not on the caller's scheduler: a grain that is torn down meanwhile never goes on, and the connection must come back all the same.
        await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        SqliteConnection connection;
        lock (_idleReaders) connection = _idleReaders.Pop();
        try
        {
            return await Task.Run(() => read(connection), CancellationToken.None).ConfigureAwait(false);
        }
        catch (SqliteException fault)
        {
            throw SqliteFaults.ToStorageException(fault);
        }
        finally
        {
            lock (_idleReaders) _idleReaders.Push(connection);
            _reading.Release();
        }
    }

    /// <summary>Writes one statement, which SQLite stores whole or not at all.</summary>
    /// <param name="makeCommand">Makes the statement; may be called twice, for a statement that is tried again by itself.</param>
    /// <param name="cancellationToken">Gives up what has not begun.</param>
    /// <returns>How many rows it changed, once that is on the disk.</returns>
    /// <exception cref="StorageException">Nothing was stored.</exception>
    internal Task<int> WriteAsync(Func<SqliteConnection, SqliteCommand> makeCommand, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<int>(cancellationToken);
        return Enqueue(new(Run, isAlone: false, cancellationToken));

        int Run(SqliteTransaction? transaction)
        {
            using var command = makeCommand(_writer);
            command.Transaction = transaction;
            return command.ExecuteNonQuery();
        }
    }

    /// <summary>Brings the write-ahead log into the file and cuts it to nothing, with nobody reading or writing meanwhile.</summary>
    /// <exception cref="StorageException">Somebody outside this process reads the file, so the log could not be cut.</exception>
    internal async Task CutLogAsync(CancellationToken cancellationToken)
    {
        await _cutting.WaitAsync(cancellationToken).ConfigureAwait(false);
        var readers = 0;
        try
        {
            for (; readers < Readers; readers++) await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
            await Enqueue(new(_ => CutLog(), isAlone: true, cancellationToken)).ConfigureAwait(false);
        }
        finally
        {
            if (readers > 0) _reading.Release(readers);
            _cutting.Release();
        }
    }

    /// <summary>Closes the file when what was begun has ended; the log is folded into it.</summary>
    public void Dispose()
    {
        _pending.Writer.TryComplete();
        _writing.GetAwaiter().GetResult();
        // First: who cuts the log takes the readers as well, and with half of them each would wait for the other.
        _cutting.Wait();
        for (var reader = 0; reader < Readers; reader++) _reading.Wait();
        foreach (var reader in _readers) reader.Dispose();
        _writer.Dispose();
        _reading.Dispose();
        _cutting.Dispose();
    }

    private Task<int> Enqueue(PendingWrite write)
    {
        ObjectDisposedException.ThrowIf(!_pending.Writer.TryWrite(write), this);
        return write.Done.Task;
    }

    private int CutLog()
    {
        using var command = _writer.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
        using var reader = command.ExecuteReader();
        return reader.Read() && reader.GetInt64(0) == 0 ? 0 : throw new StorageException(
            "the database's log could not be cut, because another program has the file open. What was deleted is still in the log; it is tried again.",
            isTransient: true);
    }

    private async Task WriteAllAsync()
    {
        var together = new List<PendingWrite>();
        while (await _pending.Reader.WaitToReadAsync())
        {
            together.Clear();
            while (together.Count < MostWritesTogether && _pending.Reader.TryPeek(out var next) && !(next.IsAlone && together.Count > 0))
            {
                _pending.Reader.TryRead(out _);
                if (!next.IsGivenUp()) together.Add(next);
                if (next.IsAlone) break;
            }
            if (together.Count > 1 && TryWriteTogether(together)) continue;
            foreach (var write in together) WriteAlone(write);
        }
    }

    /// <summary>Writes in one transaction. If any of them fails none is stored, and each is then tried by itself, so that only its own
    /// fault is told.</summary>
    private bool TryWriteTogether(List<PendingWrite> writes)
    {
        var changed = new int[writes.Count];
        try
        {
            // Rolled back when it is disposed without having been committed.
            using var transaction = _writer.BeginTransaction();
            for (var i = 0; i < changed.Length; i++) changed[i] = writes[i].Run(transaction);
            transaction.Commit();
        }
        catch (Exception)
        {
            return false;
        }
        for (var i = 0; i < changed.Length; i++) writes[i].Done.SetResult(changed[i]);
        return true;
    }

    private static void WriteAlone(PendingWrite write)
    {
        try
        {
            write.Done.SetResult(write.Run(null));
        }
        catch (Exception fault)
        {
            write.Done.SetException(fault is SqliteException refused ? SqliteFaults.ToStorageException(refused) : fault);
        }
    }

    private static SqliteConnection OpenWriter(string path)
    {
        SqliteConnection? writer = null;
        try
        {
            Create(path);
            writer = Open(path);
            Execute(writer, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;");
            Prepare(writer, path);
            return writer;
        }
        catch (Exception fault)
        {
            writer?.Dispose();
            if (fault is SqliteException refused) throw new InvalidDataException($"{path}: {SqliteFaults.Meaning(refused)}.", fault);
            throw;
        }
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

    private sealed class PendingWrite(Func<SqliteTransaction?, int> run, bool isAlone, CancellationToken cancellation)
    {
        public Func<SqliteTransaction?, int> Run => run;

        /// <summary>Whether it cannot share a transaction.</summary>
        public bool IsAlone => isAlone;

        public TaskCompletionSource<int> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsGivenUp() => cancellation.IsCancellationRequested && Done.TrySetCanceled(cancellation);
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
