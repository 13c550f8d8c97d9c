namespace FheOrleans.Networks.Training;

/// <summary>How to train.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training windows, 1 to 100,000. Defaults to 15.</summary>
    public int Epochs { get; init; } = 15;

    /// <summary>
    /// Windows averaged for one step, 1 or more. Defaults to 3, the paper's: with 32 its network stays near the mean for as many epochs.
    /// </summary>
    public int BatchSize { get; init; } = 3;

    /// <summary>Adam's step size. Defaults to 0.001.</summary>
    public double LearningRate { get; init; } = 0.001;

    /// <summary>Adam's memory of the gradient. Defaults to 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Adam's memory of the squared gradient. Defaults to 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Adam's guard against division by zero. Defaults to 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Orders the windows; the same seed gives the same weights on every machine. Defaults to 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>What is made small. Defaults to the mean squared error.</summary>
    public Loss Loss { get; init; } = Loss.MeanSquaredError;

    /// <summary>
    /// Epochs without a better validation loss after which training stops. Null, the default, never stops early. Either way the weights
    /// kept are those of the best validation loss, or the last where there are no validation windows.
    /// </summary>
    public int? Patience { get; init; }

    internal void Validate()
    {
        List<string> faults = [];
        if (Epochs is < 1 or > 100_000) faults.Add($"{nameof(Epochs)} is {Epochs}, not 1 to 100000");
        if (BatchSize < 1) faults.Add($"{nameof(BatchSize)} is {BatchSize}, not 1 or more");
        if (!(LearningRate > 0 && LearningRate <= 10)) faults.Add($"{nameof(LearningRate)} is {LearningRate}, not above 0 and at most 10");
        if (!(Beta1 >= 0 && Beta1 < 1)) faults.Add($"{nameof(Beta1)} is {Beta1}, not in [0, 1)");
        if (!(Beta2 >= 0 && Beta2 < 1)) faults.Add($"{nameof(Beta2)} is {Beta2}, not in [0, 1)");
        if (!(Epsilon > 0 && Epsilon <= 1)) faults.Add($"{nameof(Epsilon)} is {Epsilon}, not above 0 and at most 1");
        if (Patience is < 1) faults.Add($"{nameof(Patience)} is {Patience}, not null or 1 or more");
        if (Loss is null) faults.Add($"{nameof(Loss)} is null");
        if (faults.Count > 0) throw new ArgumentException($"Training options: {string.Join("; ", faults)}.");
    }
}
