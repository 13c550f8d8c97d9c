using FheOrleans.Client.Herds;
using FheOrleans.Networks.Training;

namespace FheOrleans.Client.Forecasts;

/// <summary>Trains a network on a herd in the clear, from several starts, and keeps the one with the best validation error.</summary>
/// <remarks>
/// The paper's network puts a slope of 0.197 through twice, and about one start in four stays far from what the others reach. A start
/// takes about a second, so there are several; they are judged on the validation part, never on the test part.
/// </remarks>
public static class NetworkTraining
{
    /// <summary>Trains.</summary>
    /// <param name="herd">The records.</param>
    /// <param name="design">One of <see cref="NetworkDesign.Names"/>.</param>
    /// <param name="options">Epochs, steps, and the first start's seed; the others follow it.</param>
    /// <param name="starts">How many, at least 1.</param>
    /// <param name="progress">Told after each epoch; may be null.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <returns>The best start's result. The network knows its inputs and the herd's ranges.</returns>
    /// <exception cref="TrainingDivergedException">A start's loss is no longer a finite number.</exception>
    public static TrainingResult Train(
        WrangledHerd herd, string design, TrainingOptions options, int starts, IProgress<StageProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(herd);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(starts, 1);
        TrainingResult? best = null;
        for (var start = 0; start < starts; start++)
        {
            var seeded = options with { Seed = options.Seed + (ulong)start };
            var step = progress is null ? null : new EpochProgress(start * options.Epochs, starts * options.Epochs, progress);
            var network = NetworkDesign.Create(design, herd.TimePoints, herd.Features, seeded.Seed);
            var result = Trainer.Train(network, herd.Training.Windows, herd.Validation.Windows, seeded, step, cancellation);
            if (best is null || LossOf(result) < LossOf(best)) best = result;
        }
        progress?.Report(new(ForecastStage.Train, starts * options.Epochs, starts * options.Epochs, "epochs"));
        return best! with { Network = best.Network.WithInputs(ModelInputs.Of(herd.Scaling)) };
    }

    private static double LossOf(TrainingResult result) => result.Epochs[result.BestEpoch - 1].ValidationLoss!.Value;

    private sealed class EpochProgress(int before, int total, IProgress<StageProgress> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => progress.Report(new(ForecastStage.Train, before + value.Epoch, total, "epochs"));
    }
}
