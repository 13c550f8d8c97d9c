using FheOrleans.Silo.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace FheOrleans.Silo.Storage;

/// <summary>A cluster's storage, as far as a build without Orleans has to do with it: it can prepare the tables that are ours.</summary>
internal static class ClusterStorage
{
    /// <summary>Brings a database to this program's schema.</summary>
    /// <param name="connection">The database's connection string.</param>
    /// <returns>What was applied, a few words each; empty where the database has it all.</returns>
    /// <exception cref="FheOrleans.Hosting.StartException">It was prepared by another program, or a node alone uses it.</exception>
    /// <exception cref="Grains.StorageException">The database cannot be reached, or refuses.</exception>
    public static async Task<IReadOnlyList<string>> PrepareAsync(string connection)
    {
        await using var database = new PostgresDatabase(connection, TimeProvider.System);
        await using var claim = await DatabaseClaim.ShareAsync(database, NullLogger.Instance, () => { }, CancellationToken.None);
        return await new PostgresSchema(database).ApplyAsync(CancellationToken.None);
    }
}
