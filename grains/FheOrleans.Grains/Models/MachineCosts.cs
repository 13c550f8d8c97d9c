using FheOrleans.Grains.Workers;
using FheOrleans.Networks.Compilation;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FheOrleans.Grains.Models;

/// <summary>
/// How long circuits take on this silo's machine: measured once, for a tenth of a second, on an intake thread when the silo starts.
/// </summary>
/// <remarks>Silos on different machines may choose different forms for a job. Each is right where it was chosen, and any silo runs all
/// of them.</remarks>
internal sealed class MachineCosts(IntakeWorkers workers, IOptions<FheGrainsOptions> options) : IHostedService
{
    // Of the machine and not of the silo: a process that hosts several, as tests do, measures once.
    private static readonly Lazy<CostModel> Measured = new(CostModel.Calibrate);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Not waited for: whoever needs it first does that.
        if (!Measured.IsValueCreated) _ = workers.RunAsync(IntakeWorkers.Everybody, () => Measured.Value, cancellationToken);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The costs of this machine with this silo's threads. Of the client's nothing is known but that it has a core.</summary>
    internal async Task<CostModel> GetAsync()
    {
        var measured = Measured.IsValueCreated ? Measured.Value : await workers.RunAsync(IntakeWorkers.Everybody, () => Measured.Value);
        return measured with { EvaluationThreads = options.Value.EvaluationThreadsOrDefault };
    }
}
