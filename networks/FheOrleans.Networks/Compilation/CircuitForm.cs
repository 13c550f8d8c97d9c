using System.Globalization;
using System.Numerics;

namespace FheOrleans.Networks.Compilation;

/// <summary>
/// What the compiler makes of a network: how data lie in ciphertexts, and how the circuit over them is built. Its text (<c>series</c>,
/// <c>polyphase-4-complex</c>, <c>herd-keyless</c> ...) is its name on the wire; docs/circuits.md tells what each is good for.
/// </summary>
/// <remarks>
/// <code>
///   series[-complex][-fast]        slot = point in time
///   polyphase-P[-complex][-fast]   slot s of phase p = point in time s P + p
///   herd[-fast]                    slot = window
///   herd-keyless                   the same, and no evaluation keys
///   live                           slot = animal, one run for each new point in time
///   live-packed                    the same for fewer animals: all features of a point in one ciphertext, a block of slots for each
/// </code>
/// </remarks>
public sealed record CircuitForm
{
    /// <summary>The most phases: beyond the points of a window, the herd layout does the same.</summary>
    public const int MaximumPhases = 64;

    private const string SeriesName = "series", PolyphaseName = "polyphase-", HerdName = "herd", LiveName = "live";
    private const string KeylessEnding = "-keyless", PackedEnding = "-packed", ComplexEnding = "-complex", FastEnding = "-fast";

    private CircuitForm(CircuitLayout layout, int phases) => (Layout, Phases) = (layout, phases);

    /// <summary>The series layout; text <c>series</c>.</summary>
    public static CircuitForm Series { get; } = new(CircuitLayout.Series, 1);

    /// <summary>The herd layout; text <c>herd</c>.</summary>
    public static CircuitForm Herd { get; } = new(CircuitLayout.Herd, 1);

    /// <summary>The herd layout without evaluation keys: results have more polynomials instead; text <c>herd-keyless</c>.</summary>
    public static CircuitForm HerdKeyless { get; } = new(CircuitLayout.Herd, 1) { IsKeyless = true };

    /// <summary>The live layout; text <c>live</c>.</summary>
    public static CircuitForm Live { get; } = new(CircuitLayout.Live, 1);

    /// <summary>
    /// The live layout with all features of a time point in one ciphertext, for as many fewer animals; text <c>live-packed</c>.
    /// </summary>
    public static CircuitForm LivePacked { get; } = new(CircuitLayout.Live, 1) { IsPacked = true };

    /// <summary>What a slot stands for.</summary>
    public CircuitLayout Layout { get; }

    /// <summary>
    /// P: how many ciphertexts share the points of a series, so that point t stands in slot t / P of ciphertext t mod P. 1 in the plain
    /// series layout and in the herd layout.
    /// </summary>
    public int Phases { get; }

    /// <summary>Whether a slot holds two series, one in the real part and one in the imaginary part.</summary>
    public bool IsComplex { get; private init; }

    /// <summary>Whether a ciphertext holds all features of a time point, each in a block of slots of its own.</summary>
    public bool IsPacked { get; private init; }

    /// <summary>Whether the circuit is made so that it needs no evaluation keys.</summary>
    public bool IsKeyless { get; private init; }

    /// <summary>
    /// Whether a rescaling is spared by entering weights on inputs coarsely (17 bits): about a fifth faster, some hundred times less exact.
    /// What the rounding of weights does on average is then made good from the network's means.
    /// </summary>
    public bool IsFast { get; private init; }

    /// <summary>How many series share a batch's slots: 2 in the complex forms, else 1.</summary>
    public int Strips => IsComplex ? 2 : 1;

    /// <summary>The plain form of a layout.</summary>
    /// <exception cref="ArgumentException">There is no such layout.</exception>
    public static CircuitForm Of(CircuitLayout layout) => layout switch
    {
        CircuitLayout.Series => Series,
        CircuitLayout.Herd => Herd,
        CircuitLayout.Live => Live,
        _ => throw new ArgumentException($"Layout {layout} is not known.", nameof(layout)),
    };

    /// <summary>The series layout in several phases; text <c>polyphase-P</c>.</summary>
    /// <param name="phases">P, 2 to 64.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too few or too many.</exception>
    public static CircuitForm Polyphase(int phases)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(phases, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(phases, MaximumPhases);
        return new CircuitForm(CircuitLayout.Series, phases);
    }

    /// <summary>The same with two series in each slot.</summary>
    /// <exception cref="InvalidOperationException">It is of another layout than series: there is no complex form of it.</exception>
    public CircuitForm AsComplex() => Layout == CircuitLayout.Series
        ? this with { IsComplex = true }
        : throw new InvalidOperationException($"There is no complex form of {this}; there is one of series and polyphase.");

    /// <summary>The same with a rescaling less.</summary>
    /// <exception cref="InvalidOperationException">It is the key-less form, which rescales only at its end, or a live one.</exception>
    public CircuitForm AsFast() => !IsKeyless && Layout != CircuitLayout.Live
        ? this with { IsFast = true }
        : throw new InvalidOperationException($"There is no faster form of {this}.");

    /// <summary>Ciphertexts that make up one batch.</summary>
    /// <param name="timePoints">Points in a window.</param>
    /// <param name="features">Numbers at each point.</param>
    public int InputCiphertexts(int timePoints, int features) =>
        IsPacked ? 1 : (Layout == CircuitLayout.Herd ? timePoints : Phases) * features;

    /// <summary>
    /// Blocks of equal size that the slots are cut into: one for each feature, and more up to a power of two, in the packed form; else 1.
    /// </summary>
    /// <param name="features">Numbers at each point.</param>
    public int Blocks(int features) => IsPacked ? (int)BitOperations.RoundUpToPowerOf2((uint)features) : 1;

    /// <summary>The most windows one batch has room for: in the live layout the most animals.</summary>
    /// <param name="slots">Slots of a ciphertext.</param>
    /// <param name="timePoints">Points in a window.</param>
    /// <param name="features">Numbers at each point.</param>
    public int WindowsPerBatch(int slots, int timePoints, int features) =>
        Layout != CircuitLayout.Series ? slots / Blocks(features) : Strips * (Phases * slots - timePoints + 1);

    /// <summary>Reads a form's text.</summary>
    /// <exception cref="NetworkFormatException">It is no form's text; says which there are.</exception>
    public static CircuitForm Parse(string text) => TryParse(text, out var form)
        ? form
        : throw new NetworkFormatException(
            "form",
            "another text",
            $"series, series-complex, polyphase-P or polyphase-P-complex with P from 2 to {MaximumPhases}, or herd, "
            + "each with or without -fast behind; or herd-keyless, live or live-packed");

    /// <summary>Reads a form's text; false if it is none. Only the text that <see cref="ToString"/> gives is read.</summary>
    public static bool TryParse(string? text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CircuitForm? form)
    {
        form = text switch
        {
            null => null,
            HerdName => Herd,
            HerdName + FastEnding => Herd.AsFast(),
            HerdName + KeylessEnding => HerdKeyless,
            LiveName => Live,
            LiveName + PackedEnding => LivePacked,
            _ => ReadSeries(text),
        };
        return form is not null;
    }

    /// <summary>The form's text.</summary>
    public override string ToString()
    {
        var name = Layout switch
        {
            CircuitLayout.Herd => HerdName,
            CircuitLayout.Live => LiveName,
            _ => Phases == 1 ? SeriesName : string.Create(CultureInfo.InvariantCulture, $"{PolyphaseName}{Phases}"),
        };
        return name + (IsKeyless ? KeylessEnding : "") + (IsPacked ? PackedEnding : "") + (IsComplex ? ComplexEnding : "") + (IsFast ? FastEnding : "");
    }

    private static CircuitForm? ReadSeries(string text)
    {
        var rest = text.AsSpan();
        var isFast = TakeEnding(ref rest, FastEnding);
        var isComplex = TakeEnding(ref rest, ComplexEnding);
        CircuitForm? form = null;
        if (rest.SequenceEqual(SeriesName)) form = Series;
        else if (rest.StartsWith(PolyphaseName)) form = ReadPhases(rest[PolyphaseName.Length..]);
        return form is null ? null : form with { IsComplex = isComplex, IsFast = isFast };
    }

    private static CircuitForm? ReadPhases(ReadOnlySpan<char> digits) =>
        digits.Length is 1 or 2 && digits[0] != '0'
        && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var phases)
        && phases is >= 2 and <= MaximumPhases
            ? Polyphase(phases)
            : null;

    private static bool TakeEnding(ref ReadOnlySpan<char> text, string ending)
    {
        if (!text.EndsWith(ending)) return false;
        text = text[..^ending.Length];
        return true;
    }
}
