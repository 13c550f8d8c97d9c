namespace FheOrleans.Networks.Compilation;

/// <summary>What is to be forecast: enough to choose a circuit's form by, and nothing about any animal, not even how many there are.</summary>
/// <param name="TimePoints">Points in time of all animals together, at least 1: the rows of the table that windows are cut from.</param>
/// <param name="Windows">Windows to forecast, at least 1.</param>
/// <param name="MaximumError">The largest error, in the network's own units, that encryption may add; 1e-12 to 1.</param>
public sealed record JobShape(int TimePoints, int Windows, double MaximumError = 1e-5)
{
    /// <summary>One window of each of some animals.</summary>
    /// <param name="animals">How many.</param>
    /// <param name="timePoints">Points in a window.</param>
    /// <param name="maximumError">The largest error encryption may add.</param>
    public static JobShape Latest(int animals, int timePoints, double maximumError = 1e-5) =>
        new(checked(animals * timePoints), animals, maximumError);

    /// <summary>The shape of a set of windows.</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="maximumError">The largest error encryption may add.</param>
    public static JobShape Of(WindowSet windows, double maximumError = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return new JobShape(windows.Rows, windows.Count, maximumError);
    }

    /// <summary>Batches that the job takes with a circuit.</summary>
    /// <param name="plan">The circuit's plan.</param>
    public int Batches(CircuitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var wanted = plan.Layout == CircuitLayout.Herd ? Windows : Math.Max(1, TimePoints - plan.TimePoints + 1);
        return (int)((wanted + plan.WindowsPerBatch - 1L) / plan.WindowsPerBatch);
    }

    internal void Validate()
    {
        if (TimePoints < 1) throw new ArgumentException($"{nameof(TimePoints)} is {TimePoints}, not at least 1.");
        if (Windows < 1) throw new ArgumentException($"{nameof(Windows)} is {Windows}, not at least 1.");
        if (!(MaximumError >= 1e-12 && MaximumError <= 1))
            throw new ArgumentException($"{nameof(MaximumError)} is {MaximumError}, not 1e-12 to 1.");
    }
}
