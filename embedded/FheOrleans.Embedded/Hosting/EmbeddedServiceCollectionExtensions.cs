using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans;

namespace FheOrleans.Embedded;

/// <summary>Adds the embedded host to an application.</summary>
public static class EmbeddedServiceCollectionExtensions
{
    /// <summary>
    /// Hosts the grain classes of some assemblies in this process. Register an <c>IGrainStorage</c> under the key <c>Default</c> beside it, and
    /// ask for <see cref="IGrainFactory"/> to call them.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="grainAssemblies">Where the grain classes are.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddEmbeddedGrains(this IServiceCollection services, params Assembly[] grainAssemblies)
    {
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<EmbeddedSiloOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<EmbeddedSiloOptions>, EmbeddedSiloOptionsValidator>();
        services.AddSingleton(new GrainTypes(grainAssemblies));
        services.AddSingleton<GrainCatalog>();
        services.AddSingleton<IGrainFactory, GrainFactory>();
        services.AddHostedService<EmbeddedSilo>();
        return services;
    }
}
