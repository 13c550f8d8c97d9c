using FheOrleans.Grains;
using FheOrleans.Hosting;
using FheOrleans.Silo.Options;
using FheOrleans.Silo.Storage;
using FheOrleans.Silo.Storage.Import;
using FheOrleans.Silo.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace FheOrleans.Silo.Hosting;

/// <summary>Copies a node from its SQLite file into a PostgreSQL database: the way from one machine to a cluster.</summary>
internal static class NodeImport
{
    /// <summary>Imports, and says on standard output what, a line each. The file stays as it is.</summary>
    /// <exception cref="StartException">It cannot; nothing was imported, and the message says what to do.</exception>
    public static async Task RunAsync(ImportOptions options)
    {
        // Held like a node's: none may write meanwhile, here or there.
        using var folder = DataFolder.Take(options.Data);
        using var source = Open(folder.PathOf(SqliteStorageExtensions.FileName));
        await using var target = new PostgresDatabase(DatabaseConnectionFile.Read(options.Database), TimeProvider.System);
        try
        {
            await new PostgresSchema(target).ApplyAsync(CancellationToken.None);
            await using var claim = await DatabaseClaim.TakeAsync(target, isShared: false, NullLogger.Instance, () => { }, CancellationToken.None);
            foreach (var line in await SqliteImport.RunAsync(source, target)) await Console.Out.WriteLineAsync(line);
        }
        catch (StorageException fault)
        {
            throw new StartException($"Nothing was imported: {fault.Reason}");
        }
        NodeStorage.Mark(folder);
    }

    private static SqliteDatabase Open(string path)
    {
        try
        {
            return new(path);
        }
        catch (InvalidDataException fault)
        {
            throw new StartException($"Nothing was imported: {fault.Message}", fault);
        }
    }
}
