using FheOrleans.Networks.Layers;

namespace FheOrleans.Networks.Training;

/// <summary>Trains a network in the clear: seeded, shuffled mini-batches, Adam, early stopping. One thread, no allocation per window.</summary>
public static class Trainer
{
    /// <summary>Trains.</summary>
    /// <param name="network">Where to start from; it is not changed.</param>
    /// <param name="training">Windows with targets, at least one.</param>
    /// <param name="validation">Windows with targets that decide which epoch's weights are kept; null keeps the last.</param>
    /// <param name="options">Epochs, steps, seed.</param>
    /// <param name="progress">Told after each epoch.</param>
    /// <param name="cancellation">Checked between batches.</param>
    /// <returns>The trained network and how it went; the same on every machine for the same arguments.</returns>
    /// <exception cref="ArgumentException">
    /// Windows of another shape, without targets or none at all; or an option out of range (all are named).
    /// </exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a finite number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static TrainingResult Train(
        Network network,
        WindowSet training,
        WindowSet? validation,
        TrainingOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Check(network, training, nameof(training));
        if (validation is not null) Check(network, validation, nameof(validation));

        var parameters = AllParameters(network);
        var best = (Loss: double.PositiveInfinity, Epoch: 0, Parameters: (double[])parameters.Clone());
        var epochs = new List<TrainingProgress>();
        var run = new EpochRunner(network, training, options, parameters);
        for (var epoch = 1; epoch <= options.Epochs; epoch++)
        {
            var trainingLoss = run.Next(cancellation);
            double? validationLoss = validation is null ? null : MeanLoss(network, validation, parameters, options.Loss);
            if (!double.IsFinite(trainingLoss) || validationLoss is { } loss && !double.IsFinite(loss))
                throw new TrainingDivergedException(epoch, options.LearningRate);
            epochs.Add(new TrainingProgress(epoch, trainingLoss, validationLoss));
            progress?.Report(epochs[^1]);
            if (validationLoss is null || validationLoss < best.Loss)
            {
                best = (validationLoss ?? best.Loss, epoch, best.Parameters);
                parameters.CopyTo(best.Parameters, 0);
            }
            if (validation is not null && epoch - best.Epoch >= options.Patience) break;
        }

        var trained = network.WithParameters(best.Parameters).WithMeans(training);
        return new TrainingResult(trained, [.. epochs], best.Epoch, [.. Observe(trained, training)]);
    }

    /// <summary>Mean loss of a network over windows with targets.</summary>
    /// <exception cref="ArgumentException">Windows of another shape, without targets or none at all.</exception>
    public static double Evaluate(Network network, WindowSet windows, Loss loss)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(loss);
        Check(network, windows, nameof(windows));
        return MeanLoss(network, windows, AllParameters(network), loss);
    }

    internal static double[] AllParameters(Network network) => [.. network.Layers.SelectMany(layer => layer.ParameterArray)];

    private static double MeanLoss(Network network, WindowSet windows, ReadOnlySpan<double> parameters, Loss loss)
    {
        var pass = new ForwardPass(network);
        var sum = 0.0;
        for (var i = 0; i < windows.Count; i++) sum += loss.Value(pass.Predict(windows.Window(i), parameters) - windows.Targets![i]);
        return sum / windows.Count;
    }

    private static IEnumerable<PreActivationRange> Observe(Network network, WindowSet windows)
    {
        var largest = new double[network.Layers.Length];
        var pass = new ForwardPass(network);
        for (var i = 0; i < windows.Count; i++)
        {
            pass.Predict(windows.Window(i));
            for (var layer = 0; layer < largest.Length; layer++)
            {
                if (network.Layers[layer] is not Activation) continue;
                foreach (var value in pass.Values[network.Layers[layer].Inputs[0]]) largest[layer] = Math.Max(largest[layer], Math.Abs(value));
            }
        }
        for (var layer = 0; layer < largest.Length; layer++)
        {
            if (network.Layers[layer] is Activation { Function: var function })
                yield return new PreActivationRange(layer + 1, largest[layer], function.Interval);
        }
    }

    private static void Check(Network network, WindowSet windows, string name)
    {
        ArgumentNullException.ThrowIfNull(windows, name);
        windows.CheckShape(network.TimePoints, network.Features);
        if (windows.Targets is null) throw new ArgumentException("The windows have no targets to learn from.", name);
        if (windows.Count == 0) throw new ArgumentException("There are no windows.", name);
    }
}
