using FheOrleans.Silo.Storage.Postgres;

namespace FheOrleans.Silo.Storage;

/// <summary>A cluster's storage.</summary>
internal static class ClusterStorage
{
    /// <summary>Adds it to a silo.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="connection">The database's connection string.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddClusterStorage(this IServiceCollection services, string connection)
    {
        services.AddPostgresStorage(connection);
        services.AddSingleton(provider => new PostgresSchema(provider.GetRequiredService<PostgresDatabase>()));
        // Orleans asks for a storage without a name where a grain names none.
        services.AddSingleton(provider => provider.GetRequiredKeyedService<Orleans.Storage.IGrainStorage>("Default"));
        return services;
    }

    /// <summary>Finds out whether the database was prepared for this program; no silo starts on another.</summary>
    /// <param name="services">The silo's services.</param>
    /// <exception cref="FheOrleans.Hosting.StartException">It was not; the message says what to run.</exception>
    /// <exception cref="Grains.StorageException">The database cannot be reached.</exception>
    public static Task CheckAsync(IServiceProvider services) => services.GetRequiredService<PostgresSchema>().CheckAsync(CancellationToken.None);

    /// <summary>Brings a database to this program's schema.</summary>
    /// <param name="connection">The database's connection string.</param>
    /// <returns>What was applied, a few words each; empty where the database has it all.</returns>
    /// <exception cref="FheOrleans.Hosting.StartException">It was prepared by another program.</exception>
    /// <exception cref="Grains.StorageException">The database cannot be reached, or refuses.</exception>
    public static async Task<IReadOnlyList<string>> PrepareAsync(string connection)
    {
        await using var database = new PostgresDatabase(connection, TimeProvider.System);
        return await new PostgresSchema(database).ApplyAsync(CancellationToken.None);
    }
}
