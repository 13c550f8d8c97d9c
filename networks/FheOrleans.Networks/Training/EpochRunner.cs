namespace FheOrleans.Networks.Training;

/// <summary>One pass after another over the training windows, each in a new order, stepping the parameters in place.</summary>
internal sealed class EpochRunner(Network network, WindowSet training, TrainingOptions options, double[] parameters)
{
    private readonly BackwardPass _pass = new(network);
    private readonly AdamOptimizer _optimizer = new(parameters.Length, options);
    private readonly SeededRandom _random = new(options.Seed);
    private readonly double[] _gradient = new double[parameters.Length];
    private readonly int[] _order = [.. Enumerable.Range(0, training.Count)];

    /// <summary>Runs an epoch; the last batch may be smaller.</summary>
    /// <returns>The mean loss, each window's taken as it was met.</returns>
    public double Next(CancellationToken cancellation)
    {
        _random.Shuffle(_order);
        var sum = 0.0;
        for (var first = 0; first < _order.Length; first += options.BatchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            sum += StepOn(_order.AsSpan(first, Math.Min(options.BatchSize, _order.Length - first)));
        }
        return sum / _order.Length;
    }

    private double StepOn(ReadOnlySpan<int> batch)
    {
        Array.Clear(_gradient);
        var sum = 0.0;
        foreach (var window in batch)
        {
            var error = _pass.Forward.Predict(training.Window(window), parameters) - training.Targets![window];
            sum += options.Loss.Value(error);
            _pass.Accumulate(options.Loss.Gradient(error) / batch.Length, parameters, _gradient);
        }
        _optimizer.Step(parameters, _gradient);
        return sum;
    }
}
