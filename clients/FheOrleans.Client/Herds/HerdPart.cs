using System.Collections.Immutable;
using FheOrleans.Networks;

namespace FheOrleans.Client.Herds;

/// <summary>One part of a herd's windows, ready for training, packing or prediction. All lists have one entry per window.</summary>
public sealed record HerdPart
{
    /// <summary>The windows, normalised; with targets unless they lie in the future.</summary>
    public required WindowSet Windows { get; init; }

    /// <summary>Index into <see cref="WrangledHerd.Animals"/>.</summary>
    public required ImmutableArray<int> Animal { get; init; }

    /// <summary>Time of the last point, in the unit of the time column (days since 0001-01-01 for dates).</summary>
    public required ImmutableArray<double> LastTime { get; init; }

    /// <summary>Yield at the last point, kg: the naive forecast.</summary>
    public required ImmutableArray<double> LastKilograms { get; init; }

    /// <summary>The yield to be forecast, kg. Null when it is not known yet.</summary>
    public required ImmutableArray<double>? TargetKilograms { get; init; }

    /// <summary>Number of windows.</summary>
    public int Count => LastKilograms.Length;

    /// <summary>The first windows, each with points of its own.</summary>
    /// <param name="count">How many, from 1 to <see cref="Count"/>.</param>
    public HerdPart Take(int count)
    {
        var points = Enumerable.Range(0, count).SelectMany(window => Windows.Window(window).ToArray());
        return new()
        {
            Windows = new([.. points], Windows.Features, Windows.TimePoints, [.. Enumerable.Range(0, count).Select(window => window * Windows.TimePoints)], Windows.Targets?[..count]),
            Animal = Animal[..count],
            LastTime = LastTime[..count],
            LastKilograms = LastKilograms[..count],
            TargetKilograms = TargetKilograms is { } kilograms ? [.. kilograms[..count]] : null,
        };
    }
}
