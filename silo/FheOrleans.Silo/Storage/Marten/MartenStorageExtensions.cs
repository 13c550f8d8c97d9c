using FheOrleans.Grains;
using FheOrleans.Silo.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Storage;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>Adds the storage of a cluster's silos to an application.</summary>
internal static class MartenStorageExtensions
{
    /// <summary>
    /// Keeps grain state and ledgers through Marten, and the bytes of state, payloads and what tenants use by ourselves, in one database.
    /// docs/decisions/postgresql-storage.md says why. Before it is used: <see cref="MartenSchema.CheckAsync"/> and
    /// <see cref="MartenAdoption.CheckAsync"/>.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="connectionString">As <see cref="DatabaseConnectionFile"/> reads it.</param>
    /// <returns><paramref name="services"/>.</returns>
    internal static IServiceCollection AddMartenStorage(this IServiceCollection services, string connectionString)
    {
        services.AddPostgresStorage(connectionString);
        services.AddSingleton(provider => new MartenDatabase(provider.GetRequiredService<PostgresDatabase>()));
        services.AddSingleton<MartenSchema>();
        services.AddSingleton<MartenAdoption>();
        services.AddSingleton<PostgresErasure>();
        services.Replace(ServiceDescriptor.Singleton<IErasure, MartenErasure>());
        services.Replace(ServiceDescriptor.Singleton<ILedgerStore, MartenLedgerStore>());
        services.RemoveAllKeyed<IGrainStorage>("Default");
        services.AddKeyedSingleton<IGrainStorage>("Default", (provider, _) => new MartenGrainStorage(provider.GetRequiredService<MartenDatabase>()));
        return services;
    }
}
