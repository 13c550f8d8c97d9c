namespace FheOrleans.Networks.Compilation;

/// <summary>How much of a herd's future is asked for.</summary>
public enum ForecastSpan
{
    /// <summary>Each animal's next value: one window of each.</summary>
    Latest,

    /// <summary>A value for every window of every animal, as for a test set.</summary>
    History,
}

/// <summary>What is to be forecast: enough to choose a circuit's form by, and nothing about any animal.</summary>
/// <param name="Animals">Animals, that is unbroken series, at least 1.</param>
/// <param name="TimePoints">Points in time of all animals together, at least 1: the rows of the table that windows are cut from.</param>
/// <param name="Windows">Windows to forecast, at least 1.</param>
/// <param name="Forecast">Whether the latest value of each animal is asked for, or its history.</param>
/// <param name="MaximumError">The largest error, in the network's own units, that encryption may add; 1e-12 to 1.</param>
public sealed record JobShape(int Animals, int TimePoints, int Windows, ForecastSpan Forecast, double MaximumError = 1e-5)
{
    /// <summary>One window of each of some animals.</summary>
    /// <param name="animals">How many.</param>
    /// <param name="timePoints">Points in a window.</param>
    /// <param name="maximumError">The largest error encryption may add.</param>
    public static JobShape Latest(int animals, int timePoints, double maximumError = 1e-5) =>
        new(animals, checked(animals * timePoints), animals, ForecastSpan.Latest, maximumError);

    /// <summary>The shape of a set of windows.</summary>
    /// <param name="windows">The windows.</param>
    /// <param name="animals">How many series they are cut from.</param>
    /// <param name="maximumError">The largest error encryption may add.</param>
    public static JobShape Of(WindowSet windows, int animals = 1, double maximumError = 1e-5)
    {
        ArgumentNullException.ThrowIfNull(windows);
        var span = windows.Count <= animals ? ForecastSpan.Latest : ForecastSpan.History;
        return new JobShape(animals, windows.Rows, windows.Count, span, maximumError);
    }

    /// <summary>Batches that the job takes in a form.</summary>
    /// <param name="form">The form.</param>
    /// <param name="slots">Slots of a ciphertext.</param>
    /// <param name="timePoints">Points in a window.</param>
    public int Batches(CircuitForm form, int slots, int timePoints)
    {
        ArgumentNullException.ThrowIfNull(form);
        var wanted = form.Layout == CircuitLayout.Herd ? Windows : Math.Max(1, TimePoints - timePoints + 1);
        var room = form.WindowsPerBatch(slots, timePoints);
        return (int)((wanted + room - 1L) / room);
    }

    internal void Validate()
    {
        if (Animals < 1) throw new ArgumentException($"{nameof(Animals)} is {Animals}, not at least 1.");
        if (TimePoints < 1) throw new ArgumentException($"{nameof(TimePoints)} is {TimePoints}, not at least 1.");
        if (Windows < 1) throw new ArgumentException($"{nameof(Windows)} is {Windows}, not at least 1.");
        if (!Enum.IsDefined(Forecast)) throw new ArgumentException($"{nameof(Forecast)} {Forecast} is not known.");
        if (!(MaximumError >= 1e-12 && MaximumError <= 1))
            throw new ArgumentException($"{nameof(MaximumError)} is {MaximumError}, not 1e-12 to 1.");
    }
}
