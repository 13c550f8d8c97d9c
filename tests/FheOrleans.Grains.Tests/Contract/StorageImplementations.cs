using FheOrleans.Silo.Storage;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>Everything a node keeps, in one implementation of the storage contract, for a suite to be run on.</summary>
internal abstract class StoragePlace : IDisposable
{
    internal abstract IGrainStorage State { get; }

    internal abstract IPayloadStore Payloads { get; }

    internal abstract ILedgerStore Ledgers { get; }

    internal abstract IErasure Erasure { get; }

    internal abstract IUsageMeter Meter { get; }

    public abstract void Dispose();
}

/// <summary>A place that outlives the process.</summary>
internal abstract class DurablePlace : StoragePlace
{
    /// <summary>The same place after a process that ended in order.</summary>
    internal abstract DurablePlace Reopen();

    /// <summary>The same place after a process that died at this moment, without a word to anybody.</summary>
    internal abstract DurablePlace Crash();

    /// <summary>Whether a run of bytes is anywhere in the storage's files.</summary>
    internal abstract bool Contains(byte[] bytes);

    /// <summary>The same for many questions about the files as they are at this moment.</summary>
    internal virtual Func<byte[], bool> Search() => Contains;
}

/// <summary>The double that other tests use: it keeps to the same contract.</summary>
internal sealed class MemoryPlace : StoragePlace
{
    private readonly InMemoryGrainStorage _state = new();

    internal override IGrainStorage State => _state;

    internal override IPayloadStore Payloads { get; } = new InMemoryPayloadStore();

    internal override ILedgerStore Ledgers { get; } = new InMemoryLedgerStore();

    internal override IErasure Erasure => _state;

    internal override IUsageMeter Meter => new InMemoryUsageMeter(_state, Payloads);

    public override void Dispose()
    {
    }
}

/// <summary>The node's SQLite file.</summary>
internal sealed class SqlitePlace : DurablePlace
{
    private readonly string _folder;
    private readonly SqliteDatabase _database;
    private bool _isHandedOn;

    private SqlitePlace(string folder)
    {
        _folder = folder;
        _database = new SqliteDatabase(Path.Combine(folder, SqliteStorageExtensions.FileName));
        State = new SqliteGrainStorage(_database);
        Payloads = new SqlitePayloadStore(_database);
        Ledgers = new SqliteLedgerStore(_database);
        Erasure = new SqliteErasure(_database);
        Meter = new SqliteUsageMeter(_database);
    }

    internal override IGrainStorage State { get; }

    internal override IPayloadStore Payloads { get; }

    internal override ILedgerStore Ledgers { get; }

    internal override IErasure Erasure { get; }

    internal override IUsageMeter Meter { get; }

    internal SqliteDatabase Database => _database;

    internal static SqlitePlace Open() => new(Directory.CreateTempSubdirectory("fheorleans-test-").FullName);

    internal override DurablePlace Reopen()
    {
        _isHandedOn = true;
        _database.Dispose();
        return new SqlitePlace(_folder);
    }

    /// <summary>Nothing is closed and no log is folded in: the files are taken as they lie there.</summary>
    internal override DurablePlace Crash() => CrashWithLogOf(long.MaxValue);

    /// <summary>As after a power cut that took the end of the log with it.</summary>
    internal DurablePlace CrashWithLogOf(long bytes)
    {
        var after = Directory.CreateTempSubdirectory("fheorleans-test-").FullName;
        foreach (var file in Directory.GetFiles(_folder).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
        {
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var to = new FileStream(Path.Combine(after, Path.GetFileName(file)), FileMode.CreateNew);
            from.CopyTo(to);
            if (file.EndsWith("-wal", StringComparison.Ordinal) && to.Length > bytes) to.SetLength(bytes);
        }
        Dispose();
        _isHandedOn = true;
        return new SqlitePlace(after);
    }

    internal long LogBytes => new FileInfo(Path.Combine(_folder, SqliteStorageExtensions.FileName + "-wal")) is { Exists: true } log ? log.Length : 0;

    internal override bool Contains(byte[] bytes) => Directory.GetFiles(_folder).Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content.AsSpan().IndexOf(bytes) >= 0;
    });

    public override void Dispose()
    {
        if (_isHandedOn) return;
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}

public sealed class MemoryGrainStorageTests : GrainStorageContract
{
    private protected override StoragePlace Open() => new MemoryPlace();
}

public sealed class SqliteGrainStorageTests : GrainStorageContract
{
    private protected override StoragePlace Open() => SqlitePlace.Open();
}

public sealed class MemoryPayloadStoreTests : PayloadStoreContract
{
    private protected override StoragePlace Open() => new MemoryPlace();
}

public sealed class SqlitePayloadStoreTests : PayloadStoreContract
{
    private protected override StoragePlace Open() => SqlitePlace.Open();
}

public sealed class MemoryLedgerStoreTests : LedgerStoreContract
{
    private protected override StoragePlace Open() => new MemoryPlace();
}

public sealed class SqliteLedgerStoreTests : LedgerStoreContract
{
    private protected override StoragePlace Open() => SqlitePlace.Open();
}

public sealed class MemoryErasureTests : ErasureContract
{
    private protected override StoragePlace Open() => new MemoryPlace();
}

public sealed class SqliteErasureTests : ErasureContract
{
    private protected override StoragePlace Open() => SqlitePlace.Open();
}

public sealed class MemoryUsageMeterTests : UsageMeterContract
{
    private protected override StoragePlace Open() => new MemoryPlace();
}

public sealed class SqliteUsageMeterTests : UsageMeterContract
{
    private protected override StoragePlace Open() => SqlitePlace.Open();
}

public sealed class MemorySequenceTests : StorageSequenceContract
{
    private protected override StoragePlace Open() => new MemoryPlace();
}

public sealed class SqliteSequenceTests : StorageSequenceContract
{
    private protected override StoragePlace Open() => SqlitePlace.Open();
}

public sealed class SqliteDurabilityTests : DurableStorageContract
{
    private protected override DurablePlace Open() => SqlitePlace.Open();
}
