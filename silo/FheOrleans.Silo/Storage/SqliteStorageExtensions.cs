using FheOrleans.Grains;
using Orleans.Storage;

namespace FheOrleans.Silo.Storage;

/// <summary>Adds the node's storage to an application.</summary>
internal static class SqliteStorageExtensions
{
    /// <summary>The name of the database file in the data folder.</summary>
    internal const string FileName = "node.sqlite";

    /// <summary>Keeps grain state, payloads and ledgers in one SQLite file, opened when first needed and closed with the application.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="dataFolder">The folder of the file; it must exist.</param>
    /// <returns><paramref name="services"/>.</returns>
    internal static IServiceCollection AddSqliteStorage(this IServiceCollection services, string dataFolder)
    {
        services.AddSingleton(_ => new SqliteDatabase(Path.Combine(dataFolder, FileName)));
        services.AddSingleton<IPayloadStore, SqlitePayloadStore>();
        services.AddSingleton<IUsageMeter, SqliteUsageMeter>();
        services.AddSingleton<ILedgerStore, SqliteLedgerStore>();
        services.AddSingleton<IErasure, SqliteErasure>();
        services.AddKeyedSingleton<IGrainStorage>("Default", (provider, _) => new SqliteGrainStorage(provider.GetRequiredService<SqliteDatabase>()));
        return services;
    }
}
