using System.Collections.Immutable;

namespace FheOrleans.Client.Herds;

/// <summary>
/// The inputs of every record in their own units, in the order of <see cref="HerdRuns"/>: target, numbers, one-hot categories.
/// </summary>
internal sealed class FeatureRows
{
    private readonly ImmutableArray<string> _names;
    private readonly double[][] _rows;

    private FeatureRows(ImmutableArray<string> names, double[][] rows) => (_names, _rows) = (names, rows);

    public double[] this[int place] => _rows[place];

    /// <summary>
    /// Builds the rows: fills forward within each animal, and gives a place to each category that the training part has seen.
    /// </summary>
    /// <param name="table">The records.</param>
    /// <param name="runs">Their order.</param>
    /// <param name="seen">The places that training may look at.</param>
    public static FeatureRows Build(HerdTable table, HerdRuns runs, bool[] seen)
    {
        var numbers = table.Columns.NumericInputs;
        var categories = SeenCategories(table, runs, seen);
        var names = ImmutableArray.CreateBuilder<string>();
        names.Add(table.Columns.Target);
        names.AddRange(table.Columns.Numeric.Select(feature => feature.ToString()));
        names.AddRange(categories.Select(category => $"{table.Columns.Categorical[category.Column]}={category.Name}"));

        var rows = new double[runs.Count][];
        for (var place = 0; place < rows.Length; place++)
        {
            var source = runs.Row(place);
            var previous = place > 0 && table.Animal[runs.Row(place - 1)] == table.Animal[source] ? rows[place - 1] : null;
            var row = rows[place] = new double[names.Count];
            row[0] = table.Target[source];
            for (var i = 1; i < numbers; i++)
            {
                var measured = table.Numeric[source][i - 1];
                row[i] = double.IsNaN(measured) && previous is not null ? previous[i] : measured;
            }
            // A category that training has not seen is 0 in all of its column's inputs.
            for (var i = 0; i < categories.Count; i++)
                row[numbers + i] = table.Categories[source][categories[i].Column] == categories[i].Code ? 1 : 0;
        }
        return new(names.ToImmutable(), rows);
    }

    /// <summary>Smallest, largest and mean value of each input over the places that training may look at.</summary>
    public MinMaxScaling FitScaling(bool[] seen)
    {
        var features = _names.Length;
        double[] low = new double[features], high = new double[features], sum = new double[features];
        var count = new int[features];
        Array.Fill(low, double.PositiveInfinity);
        Array.Fill(high, double.NegativeInfinity);
        for (var place = 0; place < _rows.Length; place++)
        {
            if (!seen[place]) continue;
            for (var i = 0; i < features; i++)
            {
                var value = _rows[place][i];
                if (double.IsNaN(value)) continue;
                (low[i], high[i]) = (Math.Min(low[i], value), Math.Max(high[i], value));
                sum[i] += value;
                count[i]++;
            }
        }
        for (var i = 0; i < features; i++)
            if (count[i] == 0) (low[i], high[i], count[i]) = (0, 0, 1); // Never measured in training: it carries nothing, and is 0.
        return new(_names, [.. low], [.. high], [.. sum.Zip(count, (total, n) => total / n)]);
    }

    private static List<(int Column, int Code, string Name)> SeenCategories(HerdTable table, HerdRuns runs, bool[] seen)
    {
        var found = new HashSet<(int Column, int Code)>();
        for (var place = 0; place < runs.Count; place++)
        {
            if (!seen[place]) continue;
            var codes = table.Categories[runs.Row(place)];
            for (var column = 0; column < codes.Length; column++)
                if (codes[column] >= 0) found.Add((column, codes[column]));
        }
        return [.. found
            .Select(pair => (pair.Column, pair.Code, Name: table.CategoryNames[pair.Column][pair.Code]))
            .OrderBy(category => category.Column).ThenBy(category => category.Name, StringComparer.Ordinal)];
    }
}
