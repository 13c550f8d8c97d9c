using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FheOrleans.Embedded;

/// <summary>The life of the embedded host: it collects idle grains while the process runs, and ends all grains when it stops.</summary>
internal sealed class EmbeddedSilo(GrainCatalog catalog, IOptions<EmbeddedSiloOptions> options, TimeProvider time, ILogger<EmbeddedSilo> log) : BackgroundService
{
    // So many that their memory is worth a pause of some tens of milliseconds.
    private const int WorthCollecting = 200;

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await catalog.StopAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            log.StopTimedOut(catalog.Count);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var meter = new Meter("FheOrleans.Embedded");
        meter.CreateObservableUpDownCounter(
            "fheorleans.grains.active", () => catalog.CountByType().Select(item => new Measurement<int>(item.Value, new KeyValuePair<string, object?>("fheorleans.grain", item.Key))),
            "{grain}", "Grains in memory, by kind.");
        using var timer = new PeriodicTimer(options.Value.CollectionQuantum, time);
        var ended = 0;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Grains that were told to end at the last tick have ended by now. A process that is left alone allocates nothing, so it would never
            // collect either, and keep the memory of its busiest hour.
            if (ended >= WorthCollecting) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            ended = catalog.CollectIdle();
        }
    }
}
