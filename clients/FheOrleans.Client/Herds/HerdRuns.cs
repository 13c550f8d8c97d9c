namespace FheOrleans.Client.Herds;

/// <summary>Herd records in order of animal, run and time, cut into unbroken runs.</summary>
/// <remarks>
/// <code>
/// rows     a1 a1 a1 a1 | a1 a1 a1 | a2 a2 ...      sorted by animal, run, time
/// runs     0           | 4        | 7              a cut: another animal, another run, or a step of time above the gap
/// window      [------]→t                           rows i..i+T-1, target i+T; never across a cut
/// </code>
/// The step from the last point to the target may have a tighter bound of its own (<see cref="HerdColumns.MaximumTargetGap"/>).
/// </remarks>
internal sealed class HerdRuns
{
    private readonly HerdTable _table;
    private readonly int[] _order;

    private HerdRuns(HerdTable table, int[] order, List<(int Start, int End)> runs) => (_table, _order, Runs) = (table, order, runs);

    /// <summary>Half-open ranges of sorted rows.</summary>
    public IReadOnlyList<(int Start, int End)> Runs { get; }

    public int Count => _order.Length;

    /// <summary>The row of the table at a place in the order.</summary>
    public int Row(int place) => _order[place];

    public static HerdRuns Cut(HerdTable table)
    {
        var order = Enumerable.Range(0, table.Count).ToArray();
        Array.Sort(order, (left, right) =>
        {
            var byAnimal = table.Animal[left].CompareTo(table.Animal[right]);
            if (byAnimal != 0) return byAnimal;
            var byRun = table.Run[left].CompareTo(table.Run[right]);
            if (byRun != 0) return byRun;
            var byTime = table.Time[left].CompareTo(table.Time[right]);
            return byTime != 0 ? byTime : left.CompareTo(right);
        });

        var runs = new List<(int, int)>();
        var start = 0;
        for (var place = 1; place <= order.Length; place++)
        {
            if (place < order.Length && !IsCut(table, order[place - 1], order[place])) continue;
            if (place > start) runs.Add((start, place));
            start = place;
        }
        return new(table, order, runs);
    }

    /// <summary>All windows that have a target, as places of their first points.</summary>
    public List<int> WindowsWithTarget(int timePoints)
    {
        var starts = new List<int>();
        foreach (var (start, end) in Runs)
        {
            for (var first = start; first + timePoints < end; first++)
                if (IsTargetOf(_order[first + timePoints - 1], _order[first + timePoints])) starts.Add(first);
        }
        return starts;
    }

    /// <summary>The last window of each animal, for a forecast of what has not happened yet.</summary>
    public List<int> LatestWindows(int timePoints)
    {
        var starts = new List<int>();
        for (var run = 0; run < Runs.Count; run++)
        {
            var (start, end) = Runs[run];
            var isLastOfAnimal = run + 1 == Runs.Count || _table.Animal[_order[end]] != _table.Animal[_order[start]];
            if (isLastOfAnimal && end - start >= timePoints) starts.Add(end - timePoints);
        }
        return starts;
    }

    private static bool IsCut(HerdTable table, int before, int after)
    {
        if (table.Animal[before] != table.Animal[after] || table.Run[before] != table.Run[after]) return true;
        var step = table.Time[after] - table.Time[before];
        if (step == 0) throw new DuplicateRecordException(table.Line[before], table.Line[after]);
        return step > (table.Columns.MaximumGap ?? double.PositiveInfinity);
    }

    private bool IsTargetOf(int last, int target) =>
        _table.Same[last] == _table.Same[target]
        && _table.Time[target] - _table.Time[last] <= (_table.Columns.MaximumTargetGap ?? double.PositiveInfinity);
}
