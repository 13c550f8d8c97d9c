using System.Globalization;
using FheOrleans.Silo.Storage.Marten;
using FheOrleans.Silo.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace FheOrleans.Silo.Storage;

/// <summary>A cluster's storage: grain state and ledgers through Marten, payloads and bytes by ourselves, in one PostgreSQL database.</summary>
internal static class ClusterStorage
{
    /// <summary>Adds it to a silo.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="connection">The database's connection string.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddClusterStorage(this IServiceCollection services, string connection)
    {
        services.AddMartenStorage(connection);
        services.AddSingleton(provider => new PostgresSchema(provider.GetRequiredService<PostgresDatabase>()));
        services.AddSingleton(provider => FenceOf(
            provider.GetRequiredService<IOptions<ClusterOptions>>().Value.ClusterId, provider.GetRequiredService<ILocalSiloDetails>().SiloAddress));
        // Orleans asks for a storage without a name where a grain names none.
        services.AddSingleton(provider => provider.GetRequiredKeyedService<Orleans.Storage.IGrainStorage>("Default"));
        return services;
    }

    /// <summary>Takes the database beside other silos: no node alone, and no import, uses it at the same time.</summary>
    /// <param name="services">The silo's services; it is stopped when somebody else took the database while the connection was lost.</param>
    /// <returns>What holds it; disposing of that gives it back.</returns>
    /// <exception cref="FheOrleans.Hosting.StartException">A node alone uses it.</exception>
    /// <exception cref="Grains.StorageException">The database cannot be reached.</exception>
    public static async Task<IAsyncDisposable> ClaimAsync(IServiceProvider services) => await DatabaseClaim.ShareAsync(
        services.GetRequiredService<PostgresDatabase>(),
        services.GetRequiredService<ILogger<DatabaseClaim>>(),
        services.GetRequiredService<IHostApplicationLifetime>().StopApplication,
        CancellationToken.None);

    // As Orleans writes the silo's row: MembershipSqlTests.
    private static SiloFence FenceOf(string cluster, SiloAddress silo) => new(cluster, silo.Endpoint.Address.ToString(), silo.Endpoint.Port, silo.Generation);

    /// <summary>Finds out whether the database was prepared for this program; no silo starts on another.</summary>
    /// <param name="services">The silo's services.</param>
    /// <exception cref="FheOrleans.Hosting.StartException">It was not; the message says what to run.</exception>
    /// <exception cref="Grains.StorageException">The database cannot be reached.</exception>
    public static async Task CheckAsync(IServiceProvider services)
    {
        await services.GetRequiredService<PostgresSchema>().CheckAsync(CancellationToken.None);
        await services.GetRequiredService<MartenSchema>().CheckAsync(CancellationToken.None);
        await services.GetRequiredService<MartenAdoption>().CheckAsync(CancellationToken.None);
    }

    /// <summary>Brings a database to this program's schema, and takes in what a node without a cluster has kept in it.</summary>
    /// <param name="connection">The database's connection string.</param>
    /// <returns>What was applied, a few words each; empty where the database has it all.</returns>
    /// <exception cref="FheOrleans.Hosting.StartException">It was prepared by another program, or a node alone uses it.</exception>
    /// <exception cref="Grains.StorageException">The database cannot be reached, or refuses.</exception>
    public static async Task<IReadOnlyList<string>> PrepareAsync(string connection)
    {
        await using var database = new PostgresDatabase(connection, TimeProvider.System);
        // A node that runs on it would go on writing past what is taken in here.
        await using var claim = await DatabaseClaim.ShareAsync(database, NullLogger.Instance, () => { }, CancellationToken.None);
        var applied = new List<string>(await new PostgresSchema(database).ApplyAsync(CancellationToken.None));
        using var marten = new MartenDatabase(database);
        if (await new MartenSchema(database, marten).ApplyAsync(CancellationToken.None)) applied.Add($"Marten's tables in {MartenDatabase.Schema}");
        var (records, entries) = await new MartenAdoption(database, marten).RunAsync(CancellationToken.None);
        if (records + entries > 0) applied.Add(string.Create(CultureInfo.InvariantCulture, $"{records} records of state and {entries} entries of ledgers, taken in"));
        return applied;
    }
}
