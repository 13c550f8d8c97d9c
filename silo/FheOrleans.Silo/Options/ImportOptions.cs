using FheOrleans.Hosting;
using FheOrleans.Silo.Storage;

namespace FheOrleans.Silo.Options;

/// <summary>What <c>--import</c> imports. <see cref="ImportArguments"/> reads it from the command line; <c>--help</c> prints the table.</summary>
internal sealed record ImportOptions
{
    /// <summary><c>--import</c>: the folder of a node that keeps everything in SQLite, and does not run. No default.</summary>
    public required string Data { get; init; }

    /// <summary><c>--database</c>: a file with the connection string of an empty PostgreSQL database. No default.</summary>
    public required string Database { get; init; }

    /// <summary>All that is wrong, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new OptionFaults();
        if (!File.Exists(Path.Combine(Data, SqliteStorageExtensions.FileName))) faults.Add($"--import names no folder with a {SqliteStorageExtensions.FileName}; expected the folder of a node's --data.");
        if (Database.Length == 0) faults.Add("--database is missing: name a file with the connection string of the database to import into.");
        else if (!File.Exists(Database)) faults.Add("--database names no file; expected one with the database's connection string.");
        return faults.All;
    }
}
