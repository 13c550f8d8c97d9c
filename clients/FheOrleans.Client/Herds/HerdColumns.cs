using System.Collections.Immutable;
using System.Globalization;

namespace FheOrleans.Client.Herds;

/// <summary>How records are split into training and test parts.</summary>
public enum TimeOrder
{
    /// <summary>The time column holds dates: one date cuts all animals, what is before it is for training.</summary>
    Calendar,

    /// <summary>The time column counts within an animal (week of lactation, say): each unbroken run is cut at its own 70 %.</summary>
    WithinRun,
}

/// <summary>How dates are written.</summary>
public enum DateOrder
{
    /// <summary><c>ymd</c>: 2024-01-31.</summary>
    YearFirst,

    /// <summary><c>dmy</c>: 31.1.2024, 31/01/2024 or 31-01-2024.</summary>
    DayFirst,

    /// <summary><c>mdy</c>: 1/31/2024.</summary>
    MonthFirst,
}

/// <summary>Which column of a herd's file means what, and what a gap is.</summary>
/// <remarks>
/// Written as text: <c>animal=cow,time=week,run=lactation,target=milk_kg,numeric=fat_pct,ln1p(scc),week,categorical=breed,gap=1</c>.
/// An item without <c>=</c> continues the list before it. See <see cref="Parse"/>.
/// </remarks>
public sealed record HerdColumns
{
    private static readonly string[] Keys =
        ["animal", "time", "farm", "run", "target", "numeric", "categorical", "gap", "target-gap", "target-same", "order", "dates"];

    /// <summary>Heading of the animal's name (<c>animal=</c>). With a farm column, names need to be unique within a farm only.</summary>
    public required string Animal { get; init; }

    /// <summary>Heading of the time (<c>time=</c>): dates (<see cref="Dates"/>), or numbers such as the week of lactation.</summary>
    public required string Time { get; init; }

    /// <summary>Heading of the farm's name (<c>farm=</c>). Defaults to null: the file is of one farm.</summary>
    public string? Farm { get; init; }

    /// <summary>
    /// Heading of what a window may not cross (<c>run=</c>), such as the lactation. Defaults to null: only animals and gaps cut.
    /// </summary>
    public string? Run { get; init; }

    /// <summary>
    /// Heading of what is forecast (<c>target=</c>), kg of milk. It is the first input too. A row without it is left out.
    /// </summary>
    public required string Target { get; init; }

    /// <summary>The other numeric inputs (<c>numeric=</c>), in order.</summary>
    public ImmutableArray<FeatureExpression> Numeric { get; init; } = [];

    /// <summary>Headings whose values become one input each, 0 or 1 (<c>categorical=</c>).</summary>
    public ImmutableArray<string> Categorical { get; init; } = [];

    /// <summary>
    /// Largest step of time between neighbours of a window (<c>gap=</c>), in days for dates. Defaults to null, written <c>none</c>: any
    /// step.
    /// </summary>
    public double? MaximumGap { get; init; }

    /// <summary>
    /// Largest step from a window's last point to its target (<c>target-gap=</c>). Defaults to null: as <see cref="MaximumGap"/>.
    /// </summary>
    public double? MaximumTargetGap { get; init; }

    /// <summary>
    /// Heading whose value must be the same at the last point and the target (<c>target-same=</c>). Defaults to null: none.
    /// </summary>
    public string? TargetSame { get; init; }

    /// <summary>
    /// How time splits the records (<c>order=calendar</c> or <c>order=run</c>). Defaults to null: calendar if the time column holds
    /// dates.
    /// </summary>
    public TimeOrder? Order { get; init; }

    /// <summary>How dates are written (<c>dates=ymd</c>, <c>dates=dmy</c> or <c>dates=mdy</c>). Defaults to 2024-01-31.</summary>
    public DateOrder Dates { get; init; }

    /// <summary>Number of numeric inputs, the target included; the categories come on top.</summary>
    public int NumericInputs => Numeric.Length + 1;

    /// <summary>Reads a mapping.</summary>
    /// <param name="text">Items <c>key=value</c> separated by commas; an item without <c>=</c> continues the list before it.</param>
    /// <param name="over">The mapping whose other entries stay as they are; null if the text must say all.</param>
    /// <exception cref="ColumnMappingException">A key is unknown or given twice, a value is missing, or animal, time or target are
    /// nowhere.</exception>
    public static HerdColumns Parse(string text, HerdColumns? over = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var values = Collect(text);
        string? Single(string key, string? otherwise) => values.TryGetValue(key, out var list) ? One(key, list) : otherwise;
        string? Optional(string key, string? otherwise) => Single(key, otherwise) is var found && found == "none" ? null : found;
        double? Step(string key, double? otherwise) => values.TryGetValue(key, out var list) ? Number(key, One(key, list)) : otherwise;

        return new()
        {
            Animal = Single("animal", over?.Animal) ?? throw Missing("animal"),
            Time = Single("time", over?.Time) ?? throw Missing("time"),
            Target = Single("target", over?.Target) ?? throw Missing("target"),
            Farm = Optional("farm", over?.Farm),
            Run = Optional("run", over?.Run),
            Numeric = values.TryGetValue("numeric", out var numeric) ? [.. WithoutNone(numeric).Select(FeatureExpression.Parse)]
                : over?.Numeric ?? [],
            Categorical = values.TryGetValue("categorical", out var categories) ? [.. WithoutNone(categories)] : over?.Categorical ?? [],
            MaximumGap = Step("gap", over?.MaximumGap),
            MaximumTargetGap = Step("target-gap", over?.MaximumTargetGap),
            TargetSame = Optional("target-same", over?.TargetSame),
            Order = values.TryGetValue("order", out var order) ? ParseOrder(One("order", order)) : over?.Order,
            Dates = values.TryGetValue("dates", out var dates) ? ParseDates(One("dates", dates)) : over?.Dates ?? DateOrder.YearFirst,
        };
    }

    /// <summary>The mapping as <see cref="Parse"/> reads it.</summary>
    public override string ToString()
    {
        var items = new List<string> { $"animal={Animal}", $"time={Time}", $"target={Target}" };
        if (Farm is not null) items.Add($"farm={Farm}");
        if (Run is not null) items.Add($"run={Run}");
        if (Numeric.Length > 0) items.Add("numeric=" + string.Join(',', Numeric));
        if (Categorical.Length > 0) items.Add("categorical=" + string.Join(',', Categorical));
        items.Add(string.Create(CultureInfo.InvariantCulture, $"gap={(MaximumGap is { } gap ? gap : "none")}"));
        if (MaximumTargetGap is { } step) items.Add(string.Create(CultureInfo.InvariantCulture, $"target-gap={step}"));
        if (TargetSame is not null) items.Add($"target-same={TargetSame}");
        if (Order is { } order) items.Add(order == TimeOrder.Calendar ? "order=calendar" : "order=run");
        if (Dates != DateOrder.YearFirst) items.Add(Dates == DateOrder.DayFirst ? "dates=dmy" : "dates=mdy");
        return string.Join(',', items);
    }

    /// <inheritdoc/>
    public bool Equals(HerdColumns? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>Every heading the mapping needs, once.</summary>
    internal IReadOnlyList<string> Headings =>
        [.. new[] { Farm, Animal, Run, Time, Target, TargetSame }.OfType<string>().Concat(Numeric.Select(feature => feature.Column)).Concat(Categorical).Distinct()];

    private static Dictionary<string, List<string>> Collect(string text)
    {
        var values = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        List<string>? current = null;
        foreach (var item in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var value = item;
            if (item.IndexOf('=', StringComparison.Ordinal) is var at and >= 0)
            {
                var key = item[..at].Trim();
                value = item[(at + 1)..].Trim();
                if (!Keys.Contains(key))
                    throw new ColumnMappingException($"'{key}' is not known{(NearestName.To(key, Keys) is { } near ? $" (nearest: '{near}')" : "")}", "one of " + string.Join(", ", Keys));
                if (values.ContainsKey(key) && key is not ("numeric" or "categorical"))
                    throw new ColumnMappingException($"'{key}' is given twice", "it once");
                if (!values.TryGetValue(key, out current)) values[key] = current = [];
            }
            if (current is null) throw new ColumnMappingException($"'{item}' has no key before it", "key=value, for example animal=cow");
            if (value.Length > 0) current.Add(value);
        }
        return values;
    }

    private static IEnumerable<string> WithoutNone(List<string> list) => list.Where(value => value != "none");

    private static string One(string key, List<string> list) => list.Count == 1
        ? list[0]
        : throw new ColumnMappingException($"'{key}' has {list.Count} values", "exactly one");

    private static double? Number(string key, string text)
    {
        if (text == "none") return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0
            && double.IsFinite(number)
            ? number
            : throw new ColumnMappingException($"'{key}={text}' is no step of time",
                "a number above 0 (days if the times are dates), or none");
    }

    private static TimeOrder ParseOrder(string text) => text switch
    {
        "calendar" => TimeOrder.Calendar,
        "run" => TimeOrder.WithinRun,
        _ => throw new ColumnMappingException($"'order={text}' is not known", "order=calendar or order=run"),
    };

    private static DateOrder ParseDates(string text) => text switch
    {
        "ymd" => DateOrder.YearFirst,
        "dmy" => DateOrder.DayFirst,
        "mdy" => DateOrder.MonthFirst,
        _ => throw new ColumnMappingException($"'dates={text}' is not known", "dates=ymd (2024-01-31), dates=dmy (31.1.2024) or dates=mdy (1/31/2024)"),
    };

    private static ColumnMappingException Missing(string key) => new($"'{key}' is missing", $"{key}=<a column's heading>");
}
