namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Fourth pass, for polyphase forms: cuts every value into its phases.
/// </summary>
/// <remarks>
/// <code>
///   point t of a series = slot s of phase p,  t = s P + p
///   phase p of a value read at step d = phase (p + d) mod P of it, rotated by (p + d) / P
/// </code>
/// A shift in time is so a move to the next phase, and only what wraps around is rotated, mostly by 1. Sums, products and their scales stay
/// as they are; a value's phases do not depend on each other, and are computed on any number of threads.
/// </remarks>
internal sealed class Phases
{
    private readonly int _count;
    private readonly int _features;
    private readonly Dictionary<(Value Value, int Phase), Value> _cut = [];

    private Phases(int count, int features) => (_count, _features) = (count, features);

    /// <summary>The phases of the result, in order; with one phase the graph itself.</summary>
    /// <param name="root">The placed graph.</param>
    /// <param name="count">P.</param>
    /// <param name="features">Inputs of each phase: input f of phase p is number p * features + f.</param>
    public static IReadOnlyList<LinearValue> Cut(LinearValue root, int count, int features)
    {
        if (count == 1) return [root];
        var phases = new Phases(count, features);
        return [.. Enumerable.Range(0, count).Select(phase => (LinearValue)phases.Cut(root, phase))];
    }

    private Value Cut(Value value, int phase)
    {
        if (_cut.TryGetValue((value, phase), out var known)) return known;
        var (bound, typical, mean) = (value.Bound, value.Typical, value.Mean);
        Value cut = value switch
        {
            InputValue input => new InputValue
            {
                Index = phase * _features + input.Index,
                Bound = bound,
                Typical = typical,
                Mean = mean,
                Origin = value,
            },
            LinearValue linear => new LinearValue
            {
                Constant = linear.Constant,
                Terms = [.. linear.Terms.Select(term => Cut(term, phase))],
                Bound = bound,
                Typical = typical,
                Mean = mean,
                Origin = value,
            },
            SquareValue square => new SquareValue
            {
                Argument = Cut(square.Argument, phase),
                IsFolded = square.IsFolded,
                Bound = bound,
                Typical = typical,
                Mean = mean,
                Origin = value,
            },
            CubicValue cubic => new CubicValue
            {
                Argument = Cut(cubic.Argument, phase),
                IsFolded = cubic.IsFolded,
                C = cubic.C,
                Bound = bound,
                Typical = typical,
                Mean = mean,
                Origin = value,
            },
            _ => throw new InvalidOperationException("Phases are cut after folding."),
        };
        _cut.Add((value, phase), cut);
        return cut;
    }

    private Term Cut(Term term, int phase)
    {
        var (turns, source) = Math.DivRem(phase + term.Step, _count);
        return term with { Source = Cut(term.Source, source), Step = turns };
    }
}
