using System.Collections.Immutable;
using FheOrleans.Networks;

namespace FheOrleans.Client.Herds;

/// <summary>
/// Makes windows of records, as in the paper: windows of 20 + 1 with stride 1, scaled by the training part, split by time.
/// </summary>
/// <remarks>
/// The passes, in order: sort and cut into runs; fill forward; find windows; split by time; fit the scaling on what the training
/// windows cover (targets included), and the categories likewise; write each part. Nothing that is known only after a window's last
/// point enters the window: filling goes forward only, and where an animal has no earlier value the training mean stands.
/// </remarks>
internal static class Wrangler
{
    public static WrangledHerd Wrangle(HerdTable table, string label, bool isSimulated, WranglingOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TimePoints, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.TimePoints, 512);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MinimumAnimals, 1);
        var timePoints = options.TimePoints;

        var runs = HerdRuns.Cut(table);
        if (table.AnimalNames.Count < options.MinimumAnimals) throw new TooFewAnimalsException(table.AnimalNames.Count, options.MinimumAnimals);
        var windows = runs.WindowsWithTarget(timePoints);
        if (windows.Count == 0) throw new NoWindowsException(runs.Runs.Max(run => run.End - run.Start), timePoints + 1);
        var split = TimeSplit.Of(table, runs, windows, timePoints, options.TestWindows);

        var seen = CoveredPlaces(split.Training, timePoints + 1, runs.Count);
        var rows = FeatureRows.Build(table, runs, seen);
        var scaling = rows.FitScaling(seen);
        return new()
        {
            Label = label,
            IsSimulated = isSimulated,
            Columns = table.Columns,
            TimeIsCalendar = table.TimeIsCalendar,
            TimePoints = timePoints,
            Animals = [.. table.AnimalNames],
            Farms = Math.Max(1, table.Farms.Count),
            Rows = table.Count,
            RowsWithoutTarget = table.RowsWithoutTarget,
            Scaling = scaling,
            Training = MakePart(split.Training, withTarget: true),
            Validation = MakePart(split.Validation, withTarget: true),
            Test = MakePart(split.Test, withTarget: true),
            Latest = MakePart([.. runs.LatestWindows(timePoints)], withTarget: false),
        };

        HerdPart MakePart(int[] starts, bool withTarget)
        {
            // A part holds only the points its windows cover, in order; windows keep their distance within a run.
            var covered = CoveredPlaces(starts, timePoints, runs.Count);
            var rowOf = new int[runs.Count];
            var points = new List<double>();
            for (var place = 0; place < runs.Count; place++)
            {
                if (!covered[place]) continue;
                rowOf[place] = points.Count / scaling.Features;
                for (var feature = 0; feature < scaling.Features; feature++) points.Add(scaling.Normalize(feature, rows[place][feature]));
            }

            ImmutableArray<double>? targets = withTarget ? [.. starts.Select(first => table.Target[runs.Row(first + timePoints)])] : null;
            return new()
            {
                Windows = new WindowSet(
                    [.. points],
                    scaling.Features,
                    timePoints,
                    [.. starts.Select(first => rowOf[first])],
                    targets is { } known ? [.. known.Select(scaling.NormalizeTarget)] : null),
                Animal = [.. starts.Select(first => table.Animal[runs.Row(first)])],
                LastTime = [.. starts.Select(first => table.Time[runs.Row(first + timePoints - 1)])],
                LastKilograms = [.. starts.Select(first => table.Target[runs.Row(first + timePoints - 1)])],
                TargetKilograms = targets,
            };
        }
    }

    /// <summary>Marks the places that windows of this length cover.</summary>
    private static bool[] CoveredPlaces(int[] starts, int length, int count)
    {
        var covered = new bool[count];
        foreach (var first in starts) covered.AsSpan(first, length).Fill(true);
        return covered;
    }
}
