using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>
/// Asks, from the start of the silo to its end, that everything unfinished is being worked on. Every silo asks: so whichever silo dies, what was
/// on it goes on elsewhere, and the grain that remembers it too.
/// </summary>
internal sealed class WorkCheck(
    IGrainFactory grains, FairPlaces places, EvaluationWorkers workers, RunningParts parts, ClusterCapacity capacity, IOptions<FheGrainsOptions> options,
    TimeProvider time, ILogger<WorkCheck> log) : BackgroundService
{
    // After an ask that failed: storage or a silo is away, and the next ask should not come long after it is back.
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    private readonly Guid _silo = Guid.NewGuid();

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (isFirst, failures) = (true, 0);
        while (true)
        {
            try
            {
                var work = await grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork).CheckAsync(Report());
                capacity.Learn(work);
                if (isFirst && work.Inferences + work.Subscriptions > 0) log.WorkResumed(work.Inferences + work.Subscriptions);
                if (failures > 0) log.CheckedAgain(failures);
                (isFirst, failures) = (false, 0);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // Once, and not for as long as storage is away.
                if (failures++ == 0) log.CheckFailed(failure);
            }
            await Task.Delay(failures == 0 || options.Value.WorkCheckPeriod < SoonAgain ? options.Value.WorkCheckPeriod : SoonAgain, time, stoppingToken);
        }
    }

    private SiloReport Report()
    {
        var lines = places.Snapshot();
        return new()
        {
            Silo = _silo,
            EvaluationThreads = parts.Closing.IsCancellationRequested ? 0 : workers.Count,
            Evaluating = lines.Sum(line => line.Held),
            Waiting = lines.Sum(line => line.Waiting),
        };
    }
}
