namespace FheOrleans.Client.Herds;

/// <summary>Windows by part, as places of their first points in the order of <see cref="HerdRuns"/>.</summary>
internal sealed record TimeSplit(int[] Training, int[] Validation, int[] Test)
{
    /// <summary>Share of the earlier part, as in the paper: 70 % against 30 %, and the earlier part once more.</summary>
    public const double EarlierShare = 0.7;

    /// <summary>
    /// Splits by the target's time twice: later 30 %, or a given number, for the test, later 30 % of the rest for validation.
    /// </summary>
    /// <exception cref="EmptySplitException">A part is left empty.</exception>
    public static TimeSplit Of(HerdTable table, HerdRuns runs, List<int> windows, int timePoints, int? testWindows = null)
    {
        var order = table.Columns.Order ?? (table.TimeIsCalendar ? TimeOrder.Calendar : TimeOrder.WithinRun);
        Func<List<int>, (List<int> Earlier, List<int> Later)> cut = order == TimeOrder.Calendar
            ? list => ByCalendar(list, first => table.Time[runs.Row(first + timePoints)])
            : list => WithinRuns(list, RunOfPlace(runs));

        var (earlier, test) = testWindows is { } count ? Latest(windows, count, first => table.Time[runs.Row(first + timePoints)]) : cut(windows);
        var (training, validation) = cut(earlier);
        RequireSome("training", training, windows.Count);
        RequireSome("validation", validation, windows.Count);
        RequireSome("test", test, windows.Count);
        return new([.. training], [.. validation], [.. test]);
    }

    /// <summary>Exactly so many windows for the later part; both parts stay in their order.</summary>
    private static (List<int>, List<int>) Latest(List<int> windows, int count, Func<int, double> timeOf)
    {
        var later = windows.OrderBy(timeOf).ThenBy(window => window).Skip(Math.Max(0, windows.Count - count)).ToHashSet();
        return ([.. windows.Where(window => !later.Contains(window))], [.. windows.Where(later.Contains)]);
    }

    /// <summary>One date cuts the whole herd: nothing of the training part happened on or after the first day of the later part.</summary>
    private static (List<int>, List<int>) ByCalendar(List<int> windows, Func<int, double> timeOf)
    {
        if (windows.Count == 0) return ([], []);
        var times = windows.Select(timeOf).Order().ToArray();
        var from = times[(int)(EarlierShare * times.Length)];
        return ([.. windows.Where(window => timeOf(window) < from)], [.. windows.Where(window => timeOf(window) >= from)]);
    }

    /// <summary>Without a calendar, each run's own windows are cut, in their order.</summary>
    private static (List<int>, List<int>) WithinRuns(List<int> windows, int[] runOf)
    {
        List<int> earlier = [], later = [];
        foreach (var run in windows.GroupBy(window => runOf[window]))
        {
            var inRun = run.ToArray();
            var count = (int)(EarlierShare * inRun.Length);
            earlier.AddRange(inRun[..count]);
            later.AddRange(inRun[count..]);
        }
        return (earlier, later);
    }

    private static int[] RunOfPlace(HerdRuns runs)
    {
        var runOf = new int[runs.Count];
        for (var run = 0; run < runs.Runs.Count; run++) runOf.AsSpan(runs.Runs[run].Start..runs.Runs[run].End).Fill(run);
        return runOf;
    }

    private static void RequireSome(string part, List<int> windows, int all)
    {
        if (windows.Count == 0) throw new EmptySplitException(part, all);
    }
}
