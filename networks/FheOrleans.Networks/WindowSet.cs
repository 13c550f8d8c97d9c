namespace FheOrleans.Networks;

/// <summary>
/// Windows over the concatenated series of a herd: what training, packing and prediction read. Windows overlap, so they are positions in one
/// table and not copies.
/// </summary>
public sealed class WindowSet
{
    /// <summary>Checks and holds a table and its windows. The arrays are used as they are: do not change them afterwards.</summary>
    /// <param name="points">Rows one after another, a row being one time point's features; the animals' unbroken runs follow each other.</param>
    /// <param name="features">Numbers in a row.</param>
    /// <param name="timePoints">Rows in a window.</param>
    /// <param name="windowStarts">
    /// The first row of each window. A window is <paramref name="timePoints"/> consecutive rows and must not cross from one run into
    /// another: only the caller knows where runs end.
    /// </param>
    /// <param name="targets">What each window should forecast, in the network's own units; null where it is not known.</param>
    /// <exception cref="NetworkFormatException">Sizes do not agree, a window leaves the table, or a number is not finite.</exception>
    public WindowSet(double[] points, int features, int timePoints, int[] windowStarts, double[]? targets = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(windowStarts);
        Require("features", features, 1, Limits.MaximumFeatures);
        Require("time points", timePoints, 1, Limits.MaximumTimePoints);
        if (points.Length > Limits.MaximumPoints)
            throw new NetworkFormatException("points", $"{points.Length} numbers", $"at most {Limits.MaximumPoints}");
        if (points.Length % features != 0)
            throw new NetworkFormatException("points", $"{points.Length} numbers", $"whole rows of {features}");
        var rows = points.Length / features;
        foreach (var start in windowStarts)
        {
            if (start < 0 || start > rows - timePoints)
                throw new NetworkFormatException("window start", $"row {start}", $"0 to {rows - timePoints}: {rows} rows, {timePoints} in a window");
        }
        if (targets is not null && targets.Length != windowStarts.Length)
            throw new NetworkFormatException("targets", $"{targets.Length}", $"{windowStarts.Length}, one for each window");
        RequireFinite("points", points, i => $"row {i / features}, feature {i % features}");
        if (targets is not null) RequireFinite("targets", targets, i => $"window {i}");
        (Points, Features, TimePoints, WindowStarts, Targets) = (points, features, timePoints, windowStarts, targets);
    }

    /// <summary>The table, row by row.</summary>
    public double[] Points { get; }

    /// <summary>Numbers in a row.</summary>
    public int Features { get; }

    /// <summary>Rows in a window.</summary>
    public int TimePoints { get; }

    /// <summary>The first row of each window.</summary>
    public int[] WindowStarts { get; }

    /// <summary>What each window should forecast; null where it is not known.</summary>
    public double[]? Targets { get; }

    /// <summary>How many windows there are.</summary>
    public int Count => WindowStarts.Length;

    /// <summary>How many rows the table has.</summary>
    public int Rows => Points.Length / Features;

    /// <summary>The numbers of one window, row by row, without copying.</summary>
    public ReadOnlySpan<double> Window(int index) => Points.AsSpan(WindowStarts[index] * Features, TimePoints * Features);

    /// <summary>The same table with some of the windows.</summary>
    /// <param name="windows">Which, by their number in this set; any order.</param>
    public WindowSet Subset(ReadOnlySpan<int> windows)
    {
        var starts = new int[windows.Length];
        var targets = Targets is null ? null : new double[windows.Length];
        for (var i = 0; i < starts.Length; i++)
        {
            starts[i] = WindowStarts[windows[i]];
            if (targets is not null) targets[i] = Targets![windows[i]];
        }
        return new WindowSet(Points, Features, TimePoints, starts, targets);
    }

    internal void CheckShape(int timePoints, int features)
    {
        if (timePoints != TimePoints || features != Features)
            throw new ArgumentException($"The windows are {TimePoints}x{Features} (time points x features), {timePoints}x{features} are expected.");
    }

    private static void RequireFinite(string field, double[] values, Func<int, string> where)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i])) throw new NetworkFormatException(field, $"a number that is not finite at {where(i)}", "finite numbers");
        }
    }

    private static void Require(string field, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum) throw new NetworkFormatException(field, $"{value}", $"{minimum} to {maximum}");
    }
}
