namespace FheOrleans.Client.Herds;

/// <summary>Herd records as read: one entry per row that has a target, in the file's order. All lists have the same length.</summary>
/// <remarks>Numeric values are as <see cref="FeatureExpression"/> made them; NaN where nothing was measured.</remarks>
internal sealed class HerdTable
{
    public required HerdColumns Columns { get; init; }

    /// <summary>Whether <see cref="Time"/> counts days of the calendar.</summary>
    public required bool TimeIsCalendar { get; init; }

    /// <summary>Names of the animals, <c>farm/animal</c> where there is a farm column; <see cref="Animal"/> indexes it.</summary>
    public List<string> AnimalNames { get; } = [];

    /// <summary>Names of the farms taken.</summary>
    public HashSet<string> Farms { get; } = new(StringComparer.Ordinal);

    public List<int> Animal { get; } = [];

    public List<double> Time { get; } = [];

    /// <summary>Ordered key of the run column: its number, or the order of first appearance if it is text.</summary>
    public List<double> Run { get; } = [];

    /// <summary>Key of the column that must not change between the last point and the target.</summary>
    public List<int> Same { get; } = [];

    public List<double> Target { get; } = [];

    /// <summary>The other numeric inputs, one array per row.</summary>
    public List<double[]> Numeric { get; } = [];

    /// <summary>Category codes, one array per row; <see cref="CategoryNames"/> says what they mean.</summary>
    public List<int[]> Categories { get; } = [];

    /// <summary>For each categorical column, the names in order of first appearance.</summary>
    public List<List<string>> CategoryNames { get; } = [];

    /// <summary>Line of each row in the file.</summary>
    public List<long> Line { get; } = [];

    /// <summary>Rows left out because they have no target.</summary>
    public int RowsWithoutTarget { get; set; }

    public int Count => Target.Count;
}
