using FheOrleans.Grains.Inferences;
using FheOrleans.Grains.KeySets;
using FheOrleans.Grains.Models;
using FheOrleans.Grains.Receipts;
using FheOrleans.Grains.Subscriptions;
using FheOrleans.Grains.Telemetry;
using FheOrleans.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace FheOrleans.Grains;

/// <summary>Adds the grains and what they need of a silo.</summary>
public static class FheGrainsServiceCollectionExtensions
{
    /// <summary>
    /// Adds what the grains need of a silo, their worker threads and caches, and the taking up of unfinished work when the silo starts. The
    /// silo adds a host for the grains of this assembly, and before this, because hosted services start in order; and beside it an
    /// <see cref="IPayloadStore"/>, an <see cref="ILedgerStore"/>, an <see cref="INodeKey"/> and, under the key <c>Default</c>, an <c>IGrainStorage</c>.
    /// </summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="configure">Sets options; null leaves the defaults.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddFheGrains(this IServiceCollection services, Action<FheGrainsOptions>? configure = null)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<FheGrainsOptions>().Configure(configure ?? (_ => { })).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FheGrainsOptions>, FheGrainsOptionsValidator>();
        services.AddSingleton<IntakeWorkers>();
        services.AddSingleton<EvaluationWorkers>();
        services.AddSingleton<CiphertextPools>();
        services.AddSingleton(provider => new FairPlaces(provider.GetRequiredService<EvaluationWorkers>().Count));
        services.AddSingleton<ParametersCatalog>();
        services.AddSingleton<KeyIntake>();
        services.AddSingleton<KeyCache>();
        services.AddSingleton<MachineCosts>();
        services.AddHostedService(provider => provider.GetRequiredService<MachineCosts>());
        services.AddSingleton<CircuitCache>();
        services.AddSingleton<EvaluationMeans>();
        services.AddSingleton<PartEvaluator>();
        services.AddSingleton<ReceiptWriter>();
        services.AddSingleton<StorageProbe>();
        services.AddSingleton<RunningParts>();
        services.TryAddSingleton<TenantTags>();
        services.AddSingleton<GrainTelemetry>();
        services.AddHostedService<RunningPartsStopper>();
        services.AddSingleton<LiveEvaluator>();
        services.AddSingleton<ClusterCapacity>();
        services.AddHostedService<WorkCheck>();
        return services;
    }
}
