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
