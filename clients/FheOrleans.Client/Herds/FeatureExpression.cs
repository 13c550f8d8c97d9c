using System.Collections.Immutable;

namespace FheOrleans.Client.Herds;

/// <summary>What may be done to a cell before it becomes an input.</summary>
public enum FeatureFunction
{
    /// <summary><c>ln1p</c>: ln(x + 1); for cell counts, whose logarithm is what varies evenly.</summary>
    LogarithmOfOnePlus,

    /// <summary><c>positive</c>: 0 and below mean "not measured".</summary>
    PositiveOnly,

    /// <summary><c>month</c>: the month, 1 to 12, of a date column.</summary>
    Month,
}

/// <summary>One numeric input: a column, and what is done to its cells, for example <c>ln1p(positive(scc))</c>.</summary>
/// <param name="Column">The heading.</param>
/// <param name="Functions">Innermost first; none for the number as it stands.</param>
public sealed record FeatureExpression(string Column, ImmutableArray<FeatureFunction> Functions)
{
    private static readonly ImmutableArray<(string Name, FeatureFunction Function)> Names =
    [
        ("ln1p", FeatureFunction.LogarithmOfOnePlus),
        ("positive", FeatureFunction.PositiveOnly),
        ("month", FeatureFunction.Month),
    ];

    /// <summary>Whether the cells are dates.</summary>
    public bool ReadsDate => Functions.Contains(FeatureFunction.Month);

    /// <summary>Reads <c>column</c> or <c>function(expression)</c>.</summary>
    /// <param name="text">The expression.</param>
    /// <exception cref="ColumnMappingException">The function is not known, a bracket is missing, or <c>month</c> is not
    /// innermost.</exception>
    public static FeatureExpression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var functions = ImmutableArray.CreateBuilder<FeatureFunction>();
        var rest = text.Trim();
        while (rest.IndexOf('(', StringComparison.Ordinal) is var open and >= 0)
        {
            var name = rest[..open].Trim();
            if (!rest.EndsWith(')')) throw new ColumnMappingException($"'{text}' opens a bracket and does not close it", "function(column)");
            var known = Names.FirstOrDefault(pair => pair.Name == name);
            if (known.Name is null) throw new ColumnMappingException($"the function '{name}' is not known", "ln1p, positive or month");
            functions.Insert(0, known.Function);
            rest = rest[(open + 1)..^1].Trim();
        }
        if (rest.Length == 0) throw new ColumnMappingException($"'{text}' names no column", "a column's heading");
        if (functions.LastIndexOf(FeatureFunction.Month) > 0)
            throw new ColumnMappingException($"'{text}' takes the month of a number", "month(...) around the date column itself");
        return new(rest, functions.ToImmutable());
    }

    /// <summary>Applies the functions that work on numbers.</summary>
    /// <param name="value">The cell; NaN if it was empty.</param>
    /// <returns>The input; NaN where it was not measured.</returns>
    internal double Apply(double value)
    {
        foreach (var function in Functions)
        {
            value = function switch
            {
                FeatureFunction.LogarithmOfOnePlus => value < 0 ? double.NaN : Math.Log(value + 1),
                FeatureFunction.PositiveOnly => value > 0 ? value : double.NaN,
                _ => value,
            };
        }
        return value;
    }

    /// <summary>The expression as it is written in a mapping.</summary>
    public override string ToString() =>
        Functions.Aggregate(Column, (inner, function) => $"{Names.First(pair => pair.Function == function).Name}({inner})");

    /// <inheritdoc/>
    public bool Equals(FeatureExpression? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
