using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Live;

/// <summary>One animal's record, ready to be put in its place.</summary>
/// <param name="Animal">The animal's name.</param>
/// <param name="Run">Its run.</param>
/// <param name="Time">Its time.</param>
/// <param name="Row">Its inputs in their own units; NaN where never measured.</param>
internal sealed record HerdRecord(string Animal, double Run, double Time, double[] Row);

/// <summary>Cuts a file of records into time points: each animal at most once in each.</summary>
/// <remarks>
/// <para>
/// Where times are dates of one calendar (<c>order=calendar</c>), records follow each other by time, and a new point begins when an animal comes
/// again, or more than half the longest step (<c>gap=</c>) after the point's first record. So a herd that is recorded on one day gives a point a day,
/// and one recorded through the week gives a point a week. Records up to the last point's time are passed over, late ones too: their point has gone by.
/// </para>
/// <para>
/// Where times count within an animal (<c>order=run</c>), the next record of each animal that has a place makes one point, the one after it the next; those
/// that its place has seen, by run and time, are passed over. Animals that enter come with their last records, so that all end with the same point.
/// </para>
/// <para>So the same file again appends nothing.</para>
/// </remarks>
internal static class HerdPoints
{
    /// <param name="table">The file.</param>
    /// <param name="scaling">Names the inputs and their order.</param>
    /// <param name="seen">The last record of each animal that has a place.</param>
    /// <param name="lastTime">The time of the last point; null before the first.</param>
    public static IReadOnlyList<IReadOnlyList<HerdRecord>> Of(
        HerdTable table, MinMaxScaling scaling, IReadOnlyDictionary<string, LivePlace> seen, double? lastTime)
    {
        var byAnimal = NewRecords(table, scaling, seen);
        var isCalendar = (table.Columns.Order ?? (table.TimeIsCalendar ? TimeOrder.Calendar : TimeOrder.WithinRun)) == TimeOrder.Calendar;
        return isCalendar
            ? ByTime(byAnimal.SelectMany(records => records).Where(record => !(record.Time <= lastTime)), table.Columns.MaximumGap)
            : ByTurn(byAnimal, seen);
    }

    private static List<List<HerdRecord>> NewRecords(HerdTable table, MinMaxScaling scaling, IReadOnlyDictionary<string, LivePlace> seen)
    {
        var runs = HerdRuns.Cut(table);
        var inputs = new InputNames(table, scaling);
        var byAnimal = new List<List<HerdRecord>>();
        (int Animal, double[]? Row) previous = (-1, null);
        for (var place = 0; place < runs.Count; place++)
        {
            var source = runs.Row(place);
            var (animal, name) = (table.Animal[source], table.AnimalNames[table.Animal[source]]);
            var known = seen.GetValueOrDefault(name);
            if (animal != previous.Animal)
            {
                previous = (animal, known?.LastRow.Select(value => value ?? double.NaN).ToArray());
                byAnimal.Add([]);
            }
            if (known is not null && (table.Run[source], table.Time[source]).CompareTo((known.LastRun, known.LastTime)) <= 0) continue;
            var row = inputs.Row(source, previous.Row);
            previous = (animal, row);
            byAnimal[^1].Add(new(name, table.Run[source], table.Time[source], row));
        }
        return byAnimal;
    }

    private static List<IReadOnlyList<HerdRecord>> ByTurn(List<List<HerdRecord>> byAnimal, IReadOnlyDictionary<string, LivePlace> seen)
    {
        var (placed, entering) = (new List<List<HerdRecord>>(), new List<List<HerdRecord>>());
        foreach (var records in byAnimal.Where(records => records.Count > 0)) (seen.ContainsKey(records[0].Animal) ? placed : entering).Add(records);
        // Who enters makes no points of its own past: they would break everybody else's windows.
        var turns = seen.Count == 0 ? Longest(entering) : Math.Max(Longest(placed), Math.Min(1, Longest(entering)));
        return [.. Enumerable.Range(0, turns).Select(turn => (IReadOnlyList<HerdRecord>)[
            .. placed.Where(records => turn < records.Count).Select(records => records[turn]),
            .. entering.Where(records => records.Count >= turns - turn).Select(records => records[records.Count - turns + turn])])];
    }

    private static int Longest(List<List<HerdRecord>> animals) => animals.Select(records => records.Count).DefaultIfEmpty(0).Max();

    private static List<IReadOnlyList<HerdRecord>> ByTime(IEnumerable<HerdRecord> records, double? longestStep)
    {
        var reach = longestStep is { } step ? step / 2 : 0;
        var points = new List<IReadOnlyList<HerdRecord>>();
        var point = new List<HerdRecord>();
        var animals = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records.OrderBy(record => record.Time).ThenBy(record => record.Animal, StringComparer.Ordinal))
        {
            if (point.Count > 0 && (animals.Contains(record.Animal) || record.Time - point[0].Time > reach))
            {
                points.Add(point);
                (point, animals) = ([], new(StringComparer.Ordinal));
            }
            point.Add(record);
            animals.Add(record.Animal);
        }
        if (point.Count > 0) points.Add(point);
        return points;
    }

    /// <summary>Which cell of a file is which input of the herd the model was trained on.</summary>
    private sealed class InputNames(HerdTable table, MinMaxScaling scaling)
    {
        private readonly Dictionary<string, int> _places = scaling.Names.Select((name, place) => (name, place)).ToDictionary(item => item.name, item => item.place, StringComparer.Ordinal);

        /// <summary>The inputs of a record: filled forward, categories that training has not seen left at 0.</summary>
        public double[] Row(int source, double[]? previous)
        {
            var numbers = table.Columns.NumericInputs;
            var row = new double[scaling.Features];
            row[0] = table.Target[source];
            for (var i = 1; i < numbers; i++)
            {
                var measured = table.Numeric[source][i - 1];
                row[i] = double.IsNaN(measured) && previous is not null ? previous[i] : measured;
            }
            var codes = table.Categories[source];
            for (var column = 0; column < codes.Length; column++)
            {
                if (codes[column] < 0) continue;
                var name = $"{table.Columns.Categorical[column]}={table.CategoryNames[column][codes[column]]}";
                if (_places.TryGetValue(name, out var place) && place >= numbers) row[place] = 1;
            }
            return row;
        }
    }
}
