using FheOrleans.Silo.Storage;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>A place for state and payloads, of any implementation, that a contract is run on.</summary>
public abstract class StoragePlace : IDisposable
{
    internal abstract IGrainStorage State { get; }

    internal abstract IPayloadStore Payloads { get; }

    /// <summary>The same place after the process ended; null where nothing outlives the process.</summary>
    internal abstract StoragePlace? Reopen();

    public abstract void Dispose();

    public static StoragePlace Open(string implementation) => implementation switch
    {
        "sqlite" => new SqlitePlace(Directory.CreateTempSubdirectory("fheorleans-test-").FullName),
        "memory" => new MemoryPlace(),
        _ => throw new ArgumentOutOfRangeException(nameof(implementation)),
    };

    private sealed class MemoryPlace : StoragePlace
    {
        internal override IGrainStorage State { get; } = new InMemoryGrainStorage();

        internal override IPayloadStore Payloads { get; } = new InMemoryPayloadStore();

        internal override StoragePlace? Reopen() => null;

        public override void Dispose()
        {
        }
    }

    private sealed class SqlitePlace : StoragePlace
    {
        private readonly string _folder;
        private readonly SqliteDatabase _database;
        private bool _isHandedOn;

        internal SqlitePlace(string folder)
        {
            _folder = folder;
            _database = new SqliteDatabase(Path.Combine(folder, SqliteStorageExtensions.FileName));
            State = new SqliteGrainStorage(_database);
            Payloads = new SqlitePayloadStore(_database);
        }

        internal override IGrainStorage State { get; }

        internal override IPayloadStore Payloads { get; }

        internal override StoragePlace Reopen()
        {
            _isHandedOn = true;
            _database.Dispose();
            return new SqlitePlace(_folder);
        }

        public override void Dispose()
        {
            if (_isHandedOn) return;
            _database.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
