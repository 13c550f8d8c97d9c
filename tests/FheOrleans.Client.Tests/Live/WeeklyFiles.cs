using System.Globalization;

namespace FheOrleans.Client.Tests.Live;

/// <summary>The simulated herd's file cut by weeks, as a farm gets it.</summary>
internal sealed class WeeklyFiles
{
    private readonly string _folder;
    private readonly string _heading;
    private readonly (string Line, string[] Cells, int Day)[] _rows;
    private readonly int[] _weeks;

    public WeeklyFiles(string folder)
    {
        _folder = folder;
        var lines = File.ReadAllLines(Path.Combine(folder, "herd.csv"));
        _heading = lines[0];
        var week = Array.IndexOf(_heading.Split(','), "week_ending");
        _rows = [.. lines.Skip(1).Select(line => (line, line.Split(','), DateOnly.ParseExact(line.Split(',')[week], "yyyy-MM-dd", CultureInfo.InvariantCulture).DayNumber))];
        _weeks = [.. _rows.Select(row => row.Day).Distinct().Order()];
    }

    /// <summary>All weeks but some of the last: 0 for all, -2 for all but two.</summary>
    public string Until(int weeks) => Write($"until{weeks}.csv", day => day <= _weeks[^(1 - weeks)]);

    /// <summary>One week: -1 for the last, -2 for the one before that is appended next after <see cref="Until"/> of -2.</summary>
    public string Only(int week) => Write($"only{week}.csv", day => day == _weeks[^-week]);

    /// <summary>An animal's inputs in their own units, in the preset's order, for the points up to a day.</summary>
    public IEnumerable<double[]> Rows(string animal, int day, int points)
    {
        string[] inputs = ["milk_kg_per_day", "fat_pct", "protein_pct", "intake_kg_per_day", "body_weight_kg", "week", "lactation"];
        var columns = inputs.Select(input => Array.IndexOf(_heading.Split(','), input)).ToArray();
        double[] previous = [];
        var all = new List<double[]>();
        foreach (var (_, cells, _) in _rows.Where(row => row.Cells[0] == animal && row.Day <= day).OrderBy(row => row.Day))
        {
            var row = columns.Select((column, input) =>
                double.TryParse(cells[column], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : previous[input]).ToArray();
            all.Add(previous = row);
        }
        return all.TakeLast(points);
    }

    private string Write(string name, Func<int, bool> wanted)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllLines(path, [_heading, .. _rows.Where(row => wanted(row.Day)).Select(row => row.Line)]);
        return path;
    }
}
