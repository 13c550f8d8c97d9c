using System.Collections.Immutable;

namespace FheOrleans.Client.Herds;

/// <summary>A herd's records as windows: normalised, split by time, with what is needed to read a forecast in kg.</summary>
public sealed record WrangledHerd
{
    /// <summary>What the records are called in reports: the file's name, or "simulated herd".</summary>
    public required string Label { get; init; }

    /// <summary>Whether the records come from the simulator. Reports say so.</summary>
    public required bool IsSimulated { get; init; }

    /// <summary>The mapping by which the file was read.</summary>
    public required HerdColumns Columns { get; init; }

    /// <summary>Whether times count days since 0001-01-01.</summary>
    public required bool TimeIsCalendar { get; init; }

    /// <summary>Points in a window.</summary>
    public required int TimePoints { get; init; }

    /// <summary>Names of the animals; they stay on the farm's machine.</summary>
    public required ImmutableArray<string> Animals { get; init; }

    /// <summary>Number of farms in the file, 1 without a farm column.</summary>
    public required int Farms { get; init; }

    /// <summary>Records used.</summary>
    public required int Rows { get; init; }

    /// <summary>Records left out because they have no target.</summary>
    public required int RowsWithoutTarget { get; init; }

    /// <summary>The scaling, fitted on <see cref="Training"/> only.</summary>
    public required MinMaxScaling Scaling { get; init; }

    /// <summary>The earliest 49 % of the windows.</summary>
    public required HerdPart Training { get; init; }

    /// <summary>The next 21 %.</summary>
    public required HerdPart Validation { get; init; }

    /// <summary>The last 30 %.</summary>
    public required HerdPart Test { get; init; }

    /// <summary>The last window of each animal: its next yield is what a forecast is for. May be empty.</summary>
    public required HerdPart Latest { get; init; }

    /// <summary>A part by its name: training, validation, test or latest.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">There is no part of that name.</exception>
    public HerdPart PartOf(string name) => name switch
    {
        "training" => Training,
        "validation" => Validation,
        "test" => Test,
        "latest" => Latest,
        _ => throw new ArgumentException($"There is no part '{name}'. Parts are training, validation, test and latest.", nameof(name)),
    };

    /// <summary>Number of inputs per time point.</summary>
    public int Features => Scaling.Features;
}
