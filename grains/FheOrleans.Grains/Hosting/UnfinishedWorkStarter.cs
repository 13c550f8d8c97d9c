using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>Asks unfinished inferences, subscriptions and deletions to go on when the silo starts.</summary>
internal sealed class UnfinishedWorkStarter(IGrainFactory grains, ILogger<UnfinishedWorkStarter> log) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var count = await grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork).ResumeAllAsync();
            if (count > 0) log.WorkResumed(count);
        }
        catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
        {
            log.ResumingFailed(failure); // The node still serves; the work goes on with the next start, or when its owner asks for it.
        }
    }
}
