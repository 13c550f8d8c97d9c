namespace FheOrleans.Client.Herds;

/// <summary>How records become windows.</summary>
public sealed record WranglingOptions
{
    /// <summary>Points in a window, 1 to 512. Defaults to 20, as in the paper; the target comes on top.</summary>
    public int TimePoints { get; init; } = 20;

    /// <summary>
    /// Windows of the test part: the latest by their target's time, and of those of one time the last of the file. Defaults to null: the
    /// later 30 %, cut between two times.
    /// </summary>
    public int? TestWindows { get; init; }

    /// <summary>Fewest animals to learn from, at least 1. Defaults to 2: one animal's network would be that animal.</summary>
    public int MinimumAnimals { get; init; } = 2;

    /// <summary>The one farm to take from a file of several. Defaults to null: all of them.</summary>
    public string? Farm { get; init; }

    /// <summary>
    /// The mapping, or the part of it that differs from the recognised one. Defaults to null: recognised by the headings.
    /// </summary>
    public string? Columns { get; init; }
}
