using FheOrleans.Silo.Storage;
using Microsoft.Data.Sqlite;

namespace FheOrleans.Grains.Tests;

/// <summary>What is particular to the SQLite file.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("fheorleans-test-").FullName;

    private string File => Path.Combine(_folder, SqliteStorageExtensions.FileName);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Open_NewFile_ReadableByItsOwnerOnly()
    {
        using var database = new SqliteDatabase(File);

        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public async Task Open_Always_WriteAheadLog()
    {
        using var database = new SqliteDatabase(File);

        Assert.Equal("wal", await database.ReadAsync(connection => Ask(connection, "PRAGMA journal_mode"), CancellationToken.None));
    }

    [Fact]
    public void Open_FileOfALaterVersion_Refused()
    {
        new SqliteDatabase(File).Dispose();
        using (var connection = new SqliteConnection($"Data Source={File};Pooling=False"))
        {
            connection.Open();
            Ask(connection, "PRAGMA user_version=99");
        }

        Assert.Contains("99", Assert.Throws<InvalidDataException>(() => new SqliteDatabase(File)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_ManyAtOnceOneOfThemFaulty_OnlyThatOneFails()
    {
        using var database = new SqliteDatabase(File);
        var store = new SqlitePayloadStore(database);
        var writes = Enumerable.Range(0, 200).Select(number => store.WriteAsync($"key/{number:D3}", new[] { (byte)number })).ToList();
        var faulty = database.WriteAsync(connection => Command(connection, "INSERT INTO no_such_table VALUES (1)"), CancellationToken.None);
        writes.AddRange(Enumerable.Range(200, 56).Select(number => store.WriteAsync($"key/{number:D3}", new[] { (byte)number })));

        await Task.WhenAll(writes);
        Assert.False((await Assert.ThrowsAsync<StorageException>(() => faulty)).IsTransient);
        for (var number = 0; number < 256; number++) Assert.Equal<byte[]?>([(byte)number], await store.ReadAsync($"key/{number:D3}"));
    }

    [Fact]
    public async Task Dispose_WithWritesWaiting_StoresThemFirst()
    {
        Task[] writes;
        using (var database = new SqliteDatabase(File))
            writes = [.. Enumerable.Range(0, 100).Select(number => new SqlitePayloadStore(database).WriteAsync($"key/{number:D3}", new byte[1000]))];
        await Task.WhenAll(writes);

        using var again = new SqliteDatabase(File);
        Assert.Equal(100_000, await new SqlitePayloadStore(again).MeasureAsync("key"));
    }

    [Fact]
    public async Task Dispose_WhileSomebodyReads_WaitsForHim()
    {
        var database = new SqliteDatabase(File);
        using var mayGoOn = new ManualResetEventSlim();
        var isReading = new TaskCompletionSource();
        var reading = database.ReadAsync(
            connection =>
            {
                isReading.SetResult();
                mayGoOn.Wait();
                return Ask(connection, "SELECT 'read'");
            },
            CancellationToken.None);
        await isReading.Task;

        var closing = Task.Run(database.Dispose);

        // Nothing tells that it waits; one that does not has closed long before this.
        Assert.NotSame(closing, await Task.WhenAny(closing, Task.Delay(TimeSpan.FromMilliseconds(100))));
        mayGoOn.Set();
        Assert.Equal("read", await reading);
        await closing;
    }

    [Fact]
    public void Open_FileThatIsNoDatabase_SaysWhatToDoAndLeavesIt()
    {
        System.IO.File.WriteAllText(File, new string('x', 5000));

        var fault = Assert.Throws<InvalidDataException>(() => new SqliteDatabase(File));

        Assert.Contains("backup", fault.Message, StringComparison.Ordinal);
        Assert.Equal(5000, new FileInfo(File).Length);
    }

    [Fact]
    public async Task Write_DiskIsFull_TypedTransientErrorAndWhatIsThereStays()
    {
        using var database = new SqliteDatabase(File);
        var store = new SqlitePayloadStore(database);
        await store.WriteAsync("t/o/x", new byte[] { 1 });
        await database.WriteAsync(connection => Command(connection, "PRAGMA max_page_count = 50"), CancellationToken.None);

        var fault = await Assert.ThrowsAsync<StorageException>(() => store.WriteAsync("t/o/y", new byte[1 << 20]));

        Assert.True(fault.IsTransient);
        Assert.Contains("full", fault.Message, StringComparison.Ordinal);
        Assert.Null(fault.InnerException);
        Assert.Equal([1], await store.ReadAsync("t/o/x"));
        await database.WriteAsync(connection => Command(connection, "PRAGMA max_page_count = 5000"), CancellationToken.None);
        await store.WriteAsync("t/o/y", new byte[1 << 20]);
    }

    [Fact]
    public async Task CutLog_AnotherProgramReads_TypedTransientError()
    {
        using var database = new SqliteDatabase(File);
        await new SqlitePayloadStore(database).WriteAsync("t/o/x", new byte[] { 1 });
        using var other = new SqliteConnection($"Data Source={File};Pooling=False");
        other.Open();
        using (var view = other.BeginTransaction(deferred: true))
        {
            Ask(other, "SELECT count(*) FROM payload");
            await new SqlitePayloadStore(database).WriteAsync("t/o/x", new byte[] { 2 });

            var fault = await Assert.ThrowsAsync<StorageException>(() => database.CutLogAsync(CancellationToken.None));

            Assert.True(fault.IsTransient);
            view.Commit();
        }
        await database.CutLogAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Crash_WithATornLog_LeavesABeginningOfWhatWasWritten()
    {
        const int Writes = 12;
        var random = new Random(7);
        for (var round = 0; round < 6; round++)
        {
            var before = SqlitePlace.Open();
            for (var number = 1; number <= Writes; number++) await before.Payloads.WriteAsync($"t/o/{number}", Enumerable.Repeat((byte)number, 9000).ToArray());

            // A power cut on a disk that lies about its flushes: the log ends anywhere.
            using var after = before.CrashWithLogOf(random.NextInt64(before.LogBytes));

            var there = new bool[Writes];
            for (var number = 1; number <= Writes; number++)
            {
                var found = await after.Payloads.ReadAsync($"t/o/{number}");
                there[number - 1] = found is not null;
                if (found is not null) Assert.Equal(Enumerable.Repeat((byte)number, 9000), found);
            }
            Assert.Equal(there.OrderDescending(), there);
        }
    }

    [Theory, InlineData("UPDATE ledger SET entry = x'00'"), InlineData("DELETE FROM ledger"), InlineData("INSERT OR REPLACE INTO ledger VALUES ('t/o', 1, 'x', x'00')")]
    public async Task Ledger_ChangedBehindTheStore_IsRefusedByTheFileItself(string statement)
    {
        using var place = SqlitePlace.Open();
        await place.Ledgers.AppendAsync("t/o", new(1, Guid.NewGuid(), [1, 2, 3]));

        await Assert.ThrowsAsync<StorageException>(() => place.Database.ReadAsync(connection => Ask(connection, statement), CancellationToken.None));

        Assert.Equal([1, 2, 3], (await place.Ledgers.ReadLastAsync("t/o"))!.Entry);
    }

    [Fact]
    public void Version_OnThisMachine_IsKnown() =>
        Assert.True(Version.Parse(SqliteLibrary.Version) >= new Version(3, 24), SqliteLibrary.Version);

    private static string? Ask(SqliteConnection connection, string text)
    {
        using var command = Command(connection, text);
        return command.ExecuteScalar()?.ToString();
    }

    private static SqliteCommand Command(SqliteConnection connection, string text)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
        command.CommandText = text;
#pragma warning restore CA2100
        return command;
    }
}
