using FheOrleans.Ckks;

namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Sixth pass: emits instructions for a placed graph. Inputs are loaded where they are first needed, sums of folded products are
/// relinearized and rescaled once, and every key switch stands before the rescaling that shrinks its noise.
/// </summary>
internal partial class Emitter
{
    private readonly Placement _placement;
    private readonly CircuitBuilder _builder;
    private readonly int[] _levels;
    private readonly Dictionary<Value, Register> _done = [];
    private readonly Dictionary<(int Register, int Level), Register> _dropped = [];
    private readonly Dictionary<(int Register, int Step), Register> _rotated = [];
    private readonly Dictionary<Value, List<int>> _readers = [];
    private readonly EmitterChoices _choices;

    private protected Emitter(
        IReadOnlyList<LinearValue> roots, Placement placement, CkksParameters parameters, IReadOnlyList<int[]> drops, EmitterChoices choices)
    {
        (_placement, _builder, _choices) = (placement, new CircuitBuilder(parameters, placement.Form), choices);
        var seen = new HashSet<Value>();
        foreach (var root in roots) NoteReaders(root, seen);
        _levels = new int[drops.Count + 1];
        _levels[0] = parameters.MaximumLevel;
        for (var depth = 1; depth < _levels.Length; depth++) _levels[depth] = _levels[depth - 1] - drops[depth - 1].Length;
    }

    /// <summary>Emits the circuit of <paramref name="roots"/>.</summary>
    /// <param name="roots">The placed graph: its result, or the phases of it.</param>
    /// <param name="placement">Its depths and scales.</param>
    /// <param name="parameters">The primes.</param>
    /// <param name="drops">How many primes go at each depth: the lengths count, the sizes do not.</param>
    /// <param name="choices">Where work and precision are weighed against each other.</param>
    /// <param name="noise">Root-mean-square error of the result.</param>
    /// <returns>The circuit; null if a value does not fit the modulus.</returns>
    public static Circuit? Emit(
        IReadOnlyList<LinearValue> roots,
        Placement placement,
        CkksParameters parameters,
        IReadOnlyList<int[]> drops,
        EmitterChoices choices,
        out double noise)
    {
        var emitter = new Emitter(roots, placement, parameters, drops, choices);
        var results = new List<Register>();
        foreach (var root in roots)
        {
            results.Add(emitter._builder.DropLevel(emitter.Emit(root), 0));
            emitter._builder.RequireRoom(results[^1], root.Bound);
        }
        noise = results.Max(result => result.Noise);
        return emitter._builder.HasRoom ? emitter._builder.Finish(results) : null;
    }

    /// <summary>Where instructions go.</summary>
    private protected CircuitBuilder Builder => _builder;

    private double Working => Math.ScaleB(1, _placement.WorkingBits);

    private protected Register Emit(Value value)
    {
        if (_done.TryGetValue(value, out var known)) return known;
        var register = value switch
        {
            InputValue input => EmitInput(input.Index),
            LinearValue linear => EmitLinear(linear),
            ProductValue product => Relinearize(Multiply(null, product, 1, _levels[_placement.DepthOf(product)])),
            _ => throw new InvalidOperationException("Emission comes after folding."),
        };
        _builder.RequireRoom(register, value.Bound);
        _done.Add(value, register);
        return register;
    }

    private protected Register EmitInput(int index) => _builder.Input(index, _levels[0], Math.ScaleB(1, _placement.InputBits));

    private Register EmitLinear(LinearValue linear)
    {
        var depth = _placement.DepthOf(linear);
        var level = _levels[_placement.SumDepthOf(linear)];
        var drop = DropFrom(level, _levels[depth]);
        var target = _placement.IsRoot(linear) ? Math.ScaleB(1, _placement.OutputBits) : Working;

        IReadOnlyList<Term> rest = linear.Terms;
        Register? sum = null;
        var scale = target * drop;
        if (_placement.IsSum(linear))
        {
            foreach (var term in linear.Terms)
            {
                if (term.Source is ProductValue product) sum = Multiply(sum, product, term.Weight, level);
            }
            sum = LiftTo(Relinearize(sum!.Value), scale);
            scale = sum.Value.Scale;
            rest = [.. linear.Terms.Where(term => term.Source is not ProductValue)];
        }
        foreach (var ofProducts in new[] { true, false })
        {
            var group = rest.Where(term => term.Source is ProductValue == ofProducts).ToList();
            if (group.Count > 0) sum = AddTerms(linear, sum, group, scale, level, ofProducts || _choices.RotatesInputs);
        }

        var result = sum!.Value;
        _builder.RequireRoom(result, linear.Bound);
        var correction = _placement.Form.IsFast || _placement.Form.IsKeyless ? rest.Sum(term => Correction(term, scale)) : 0;
        if (linear.Constant != 0 || correction != 0) result = _builder.AddScalar(result, linear.Constant, correction);
        var rescaled = RescaleTo(result, _levels[depth]);
        if (_choices.ConjugatesEarly && !_placement.IsRoot(linear) && rescaled.Id != result.Id)
            _conjugates.Add(rescaled.Id, RescaleTo(_builder.Conjugate(result), _levels[depth]));
        return rescaled;
    }

    /// <summary>What the rounding of a weight takes away on average: its error times the mean of what it weighs.</summary>
    private double Correction(Term term, double scale)
    {
        if (term.Source.Mean is not { } mean) return 0;
        var plainScale = scale / _done[term.Source].Scale;
        return (term.Weight - Math.Round(term.Weight * plainScale) / plainScale) * mean;
    }

    private Register RescaleTo(Register register, int level)
    {
        while (register.Level > level) register = _builder.Rescale(register);
        return register;
    }

    /// <summary>What a product multiplies.</summary>
    private protected virtual Register ReadArgument(ProductValue product) => Emit(product.Argument);

    /// <summary>Adds the weighted terms of a linear value to its sum: all its products, or all its inputs.</summary>
    private protected virtual Register AddTerms(
        LinearValue linear, Register? sum, IReadOnlyList<Term> terms, double scale, int level, bool mayRotateSources) =>
        AddRotated(sum, terms, scale, level, mayRotateSources);

    /// <summary>Adds weighted terms to a sum; with a unit, their sources rotated by as much as they stand beyond a first step.</summary>
    private Register? AddTerms(Register? sum, IEnumerable<Term> terms, double scale, int level, int unit = 0, int firstStep = 0)
    {
        foreach (var (source, step, weight) in terms)
        {
            var register = unit == 0 ? Drop(Emit(source), level) : RotateSource(source, step - firstStep, unit, level);
            var plainScale = scale / register.Scale;
            sum = sum is null
                ? _builder.MultiplyScalar(register, weight, plainScale, source.Typical)
                : _builder.MultiplyScalarAdd(sum.Value, register, weight, plainScale, source.Typical);
        }
        return sum;
    }

    /// <summary>Brings a product close to the scale its rescaling was made for, where another value of that depth needed a larger prime.</summary>
    private Register LiftTo(Register product, double scale)
    {
        var factor = LiftFactor(product.Scale, scale);
        return factor > 1 ? _builder.Lift(product, factor) : product;
    }

    private static double LiftFactor(double scale, double wanted) => Math.Max(1, Math.Round(wanted / scale));

    private protected Register Drop(Register register, int level)
    {
        if (register.Level == level) return register;
        if (!_dropped.TryGetValue((register.Id, level), out var dropped))
            _dropped.Add((register.Id, level), dropped = _builder.DropLevel(register, level));
        return dropped;
    }

    private double DropFrom(int level, int next)
    {
        var product = 1.0;
        for (; level > next; level--) product *= _builder.Parameters.Primes[level];
        return product;
    }
}
