using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FheOrleans.Grains;

/// <summary>
/// Lets running parts finish when the silo stops. It is told at once, while the web server still answers, and waited for after that: hosted
/// services stop in the reverse of their order, so the grains' host is still there to take the results.
/// </summary>
internal sealed class RunningPartsStopper(RunningParts parts, IOptions<FheGrainsOptions> options, TimeProvider time, ILogger<RunningPartsStopper> log)
    : IHostedLifecycleService
{
    private Task? _finished;

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        _finished ??= FinishAsync();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await StoppingAsync(cancellationToken);
        await _finished!.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task FinishAsync()
    {
        parts.Close();
        if (parts.Count == 0) return;
        log.FinishingParts(parts.Count, options.Value.StopPatience);
        try
        {
            await parts.WhenIdle.WaitAsync(options.Value.StopPatience, time);
        }
        catch (TimeoutException)
        {
            log.PartsLeft(parts.Count);
        }
    }
}
