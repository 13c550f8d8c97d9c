using FheOrleans.Grains;
using Orleans.Storage;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>Adds storage on PostgreSQL to an application.</summary>
internal static class PostgresStorageExtensions
{
    /// <summary>Keeps grain state, payloads and ledgers in a PostgreSQL database that has this program's schema.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="connectionString">As <see cref="DatabaseConnectionFile"/> reads it.</param>
    /// <returns><paramref name="services"/>.</returns>
    internal static IServiceCollection AddPostgresStorage(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(provider => new PostgresDatabase(connectionString, provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<IPayloadStore, PostgresPayloadStore>();
        services.AddSingleton<IUsageMeter, PostgresUsageMeter>();
        services.AddSingleton<ILedgerStore, PostgresLedgerStore>();
        services.AddSingleton<IErasure, PostgresErasure>();
        services.AddKeyedSingleton<IGrainStorage>("Default", (provider, _) => new PostgresGrainStorage(provider.GetRequiredService<PostgresDatabase>()));
        return services;
    }
}
