using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using FheOrleans.Grains;
using Orleans;
using Orleans.Metadata;
using Orleans.Runtime;

namespace FheOrleans.Silo.Hosting;

/// <summary>
/// Counts the grains that this silo has in memory, by kind, under the name that the embedded host has for them. Orleans' own count is
/// exported beside it; what its tags are called differs from version to version.
/// </summary>
internal sealed class ActiveGrains : IConfigureGrainContextProvider, IConfigureGrainContext, IDisposable
{
    private readonly Meter _meter = new("FheOrleans.Silo.Grains");
    private readonly ConcurrentDictionary<string, int> _byKind = new(StringComparer.Ordinal);

    public ActiveGrains() => _meter.CreateObservableUpDownCounter(
        "fheorleans.grains.active",
        () => _byKind.Select(kind => new Measurement<int>(kind.Value, new KeyValuePair<string, object?>("fheorleans.grain", kind.Key))),
        "{grain}",
        "Grains in memory, by kind.");

    /// <inheritdoc/>
    public bool TryGetConfigurator(GrainType grainType, GrainProperties properties, [NotNullWhen(true)] out IConfigureGrainContext? configurator)
    {
        configurator = this;
        return true;
    }

    /// <inheritdoc/>
    public void Configure(IGrainContext context)
    {
        var (kind, isCounted) = (context.GrainId.Type.ToString()!, false);
        // At the last stage of starting, so that a grain that cannot be activated is never counted; it is the first stage of ending.
        context.ObservableLifecycle.Subscribe(nameof(ActiveGrains), GrainLifecycleStage.Last, Started, Ended);

        Task Started(CancellationToken cancellationToken)
        {
            // Ours and no others: Orleans' own grains are not the operator's to look after.
            isCounted = context.GrainInstance?.GetType().Assembly == typeof(FheGrainsOptions).Assembly;
            if (isCounted) Count(kind, 1);
            return Task.CompletedTask;
        }

        Task Ended(CancellationToken cancellationToken)
        {
            if (isCounted) Count(kind, -1);
            isCounted = false;
            return Task.CompletedTask;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Count(string kind, int change) => _byKind.AddOrUpdate(kind, change, (_, count) => count + change);
}
