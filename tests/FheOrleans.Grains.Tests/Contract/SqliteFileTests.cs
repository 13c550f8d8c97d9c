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
        var faulty = database.WriteAsync(
            connection =>
            {
                var command = connection.CreateCommand();
                command.CommandText = "INSERT INTO no_such_table VALUES (1)";
                return command;
            },
            CancellationToken.None);
        writes.AddRange(Enumerable.Range(200, 56).Select(number => store.WriteAsync($"key/{number:D3}", new[] { (byte)number })));

        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<SqliteException>(() => faulty);
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

        await Assert.ThrowsAsync<SqliteException>(() => place.Database.ReadAsync(connection => Ask(connection, statement), CancellationToken.None));

        Assert.Equal([1, 2, 3], (await place.Ledgers.ReadLastAsync("t/o"))!.Entry);
    }

    [Fact]
    public void Version_OnThisMachine_IsKnown() =>
        Assert.True(Version.Parse(SqliteLibrary.Version) >= new Version(3, 24), SqliteLibrary.Version);

    private static string? Ask(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this test.
        command.CommandText = text;
#pragma warning restore CA2100
        return command.ExecuteScalar()?.ToString();
    }
}
