using FheOrleans.Ckks;

namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Fifth pass: emits instructions for a placed graph. Inputs are loaded where they are first needed, sums of folded products are
/// relinearized and rescaled once, and every key switch stands before the rescaling that shrinks its noise.
/// </summary>
internal sealed class Emitter
{
    /// <summary>Bits a weight must at least be encoded with.</summary>
    private const double LeastWeightScale = 1 << 15;

    private readonly Placement _placement;
    private readonly CircuitBuilder _builder;
    private readonly LinearValue _root;
    private readonly int[] _levels;
    private readonly Dictionary<Value, Register> _done = [];
    private readonly Dictionary<(int Register, int Level), Register> _dropped = [];
    private readonly Dictionary<(int Register, int Step), Register> _rotated = [];
    private readonly Dictionary<Value, int> _rotatingSums = [];
    private readonly bool _rotatesInputs;

    private Emitter(LinearValue root, Placement placement, CkksParameters parameters, IReadOnlyList<int[]> drops, bool rotatesInputs)
    {
        (_root, _placement, _builder, _rotatesInputs) = (root, placement, new CircuitBuilder(parameters), rotatesInputs);
        CountRotatingSums(root, []);
        _levels = new int[drops.Count + 1];
        _levels[0] = parameters.MaximumLevel;
        for (var depth = 1; depth < _levels.Length; depth++) _levels[depth] = _levels[depth - 1] - drops[depth - 1].Length;
    }

    /// <summary>Emits the circuit of <paramref name="root"/>.</summary>
    /// <param name="root">The folded graph.</param>
    /// <param name="placement">Its depths and scales.</param>
    /// <param name="parameters">The primes.</param>
    /// <param name="drops">How many primes go at each depth: the lengths count, the sizes do not.</param>
    /// <param name="rotatesInputs">Whether inputs may be rotated before they are weighted: fewer rotations, at a smaller scale.</param>
    /// <param name="noise">Root-mean-square error of the result.</param>
    /// <returns>The circuit; null if a value does not fit the modulus.</returns>
    public static Circuit? Emit(
        LinearValue root, Placement placement, CkksParameters parameters, IReadOnlyList<int[]> drops, bool rotatesInputs, out double noise)
    {
        var emitter = new Emitter(root, placement, parameters, drops, rotatesInputs);
        var result = emitter._builder.DropLevel(emitter.Emit(root), 0);
        emitter._builder.RequireRoom(result, root.Bound);
        noise = result.Noise;
        return emitter._builder.HasRoom ? emitter._builder.Finish(result) : null;
    }

    private double Working => Math.ScaleB(1, _placement.WorkingBits);

    private Register Emit(Value value)
    {
        if (_done.TryGetValue(value, out var known)) return known;
        var register = value switch
        {
            InputValue input => _builder.Input(input.Index, _levels[0], Math.ScaleB(1, _placement.InputBits)),
            LinearValue linear => EmitLinear(linear),
            ProductValue product => _builder.Relinearize(Multiply(null, product, 1)),
            _ => throw new InvalidOperationException("Emission comes after folding."),
        };
        _builder.RequireRoom(register, value.Bound);
        _done.Add(value, register);
        return register;
    }

    private Register EmitLinear(LinearValue linear)
    {
        var depth = _placement.DepthOf(linear);
        var level = _levels[depth - 1];
        var drop = DropFrom(level, _levels[depth]);
        var target = ReferenceEquals(linear, _root) ? Math.ScaleB(1, _placement.OutputBits) : Working;

        // Arguments of products come first: how the products can be summed depends on the scales they will have.
        foreach (var term in linear.Terms)
        {
            if (term.Source is ProductValue product) Emit(product.Argument);
        }
        var products = linear.Terms.Where(term => term.Source is ProductValue).ToList();
        var sums = CanSum(products, out var productScale) ? products : [];
        var rest = sums.Count == 0 ? linear.Terms : linear.Terms.Except(sums).ToList();
        if (rest.Any(term => productScale / ScaleOf(term.Source) < LeastWeightScale)) (sums, rest) = ([], linear.Terms);

        Register? sum = null;
        var scale = target * drop;
        if (sums.Count > 0)
        {
            foreach (var term in sums) sum = Multiply(sum, (ProductValue)term.Source, term.Weight);
            sum = LiftTo(_builder.Relinearize(sum!.Value), scale);
            scale = sum.Value.Scale;
        }
        foreach (var ofProducts in new[] { true, false })
        {
            var group = rest.Where(term => term.Source is ProductValue == ofProducts).ToList();
            if (group.Count > 0) sum = AddRotated(sum, group, scale, level, ofProducts || _rotatesInputs);
        }

        var result = sum!.Value;
        _builder.RequireRoom(result, linear.Bound);
        if (linear.Constant != 0) result = _builder.AddScalar(result, linear.Constant);
        while (result.Level > _levels[depth]) result = _builder.Rescale(result);
        return result;
    }

    /// <summary>Whether all products of a sum have one scale, a weight of one, and stand where they are: then they are added before relinearization.</summary>
    private bool CanSum(List<Term> products, out double scale)
    {
        scale = products.Count > 0 ? ScaleOf(products[0].Source) : double.PositiveInfinity;
        foreach (var (source, step, _) in products)
        {
            if (step != 0 || !((ProductValue)source).IsFolded || ScaleOf(source) != scale) return false;
        }
        return products.Count > 0;
    }

    /// <summary>The scale a source has or will have: products follow from their arguments, which are there already.</summary>
    private double ScaleOf(Value source)
    {
        if (source is not ProductValue product) return Math.ScaleB(1, _placement.InputBits);
        var argument = _done[product.Argument];
        if (product is SquareValue) return argument.Scale * argument.Scale;
        var depth = _placement.DepthOf(product);
        var drop = DropFrom(_levels[depth - 1], _levels[depth]);
        return argument.Scale * (argument.Scale * argument.Scale * LiftFactor(argument.Scale * argument.Scale, Working * drop) / drop);
    }

    /// <summary>sum + weight * product, of size 3; the weight is 1 or -1.</summary>
    private Register Multiply(Register? sum, ProductValue product, double weight)
    {
        var zeta = Emit(product.Argument);
        var typical = product.Argument.Typical;
        if (product is CubicValue cubic)
        {
            var (h, typicalH) = EmitCubicFactor(cubic, zeta);
            zeta = Drop(zeta, h.Level);
            if (weight < 0) h = _builder.Negate(h);
            return sum is null ? _builder.Multiply(zeta, typical, h, typicalH) : _builder.MultiplyAdd(sum.Value, zeta, typical, h, typicalH);
        }
        zeta = Drop(zeta, _levels[_placement.DepthOf(product)]);
        if (weight < 0)
        {
            var negative = _builder.Negate(zeta);
            return sum is null ? _builder.Multiply(zeta, typical, negative, typical) : _builder.MultiplyAdd(sum.Value, zeta, typical, negative, typical);
        }
        return sum is null ? _builder.Square(zeta, typical) : _builder.MultiplyAdd(sum.Value, zeta, typical, zeta, typical);
    }

    /// <summary>c - zeta^2, one depth below zeta.</summary>
    private (Register Factor, double Typical) EmitCubicFactor(CubicValue cubic, Register zeta)
    {
        var depth = _placement.DepthOf(cubic);
        var (level, next) = (_levels[depth - 1], _levels[depth]);
        var typical = cubic.Argument.Typical;
        var square = _builder.Relinearize(_builder.Square(Drop(zeta, level), typical));
        square = LiftTo(square, Working * DropFrom(level, next));
        _builder.RequireRoom(square, cubic.Argument.Bound * cubic.Argument.Bound);
        while (square.Level > next) square = _builder.Rescale(square);
        return (_builder.SubtractFromScalar(cubic.C, square), Math.Max(Math.Abs(cubic.C), Math.Abs(cubic.C - typical * typical)));
    }

    private Register? AddRotated(Register? sum, IReadOnlyList<Term> terms, double scale, int level, bool mayRotateSources)
    {
        var steps = terms.Select(term => term.Step).Distinct().ToList();
        var sources = terms.Select(term => term.Source).Distinct().ToList();
        var plan = RotationPlan.Choose(steps, sources.Count, _rotatingSums.GetValueOrDefault(sources[0], 1), mayRotateSources);
        if (plan.Unit == 0) return AddTerms(sum, terms, scale, level, static (source, _) => source, 0);
        var rotated = plan.Baby == 1 ? Horner(terms, plan, scale, level) : BabyGiant(terms, plan, scale, level);
        return sum is null ? rotated : _builder.Add(sum.Value, rotated);
    }

    private Register Horner(IReadOnlyList<Term> terms, RotationPlan plan, double scale, int level)
    {
        Register? sum = null;
        var position = 0;
        foreach (var group in terms.GroupBy(term => term.Step).OrderByDescending(group => group.Key))
        {
            if (sum is not null) sum = RotateBy(sum.Value, position - group.Key, plan);
            sum = AddTerms(sum, group, scale, level, static (source, _) => source, 0);
            position = group.Key;
        }
        return RotateBy(sum!.Value, position, plan);
    }

    private Register BabyGiant(IReadOnlyList<Term> terms, RotationPlan plan, double scale, int level)
    {
        var giant = plan.Baby * plan.Unit;
        Register? sum = null;
        for (var first = terms.Max(term => term.Step) / giant * giant; first >= 0; first -= giant)
        {
            if (sum is not null) sum = _builder.Rotate(sum.Value, giant);
            sum = AddTerms(sum, terms.Where(term => term.Step / giant * giant == first), scale, level, (source, step) => RotateSource(source, step, plan.Unit), first);
        }
        return sum!.Value;
    }

    /// <summary>A source rotated unit by unit; kept, since the other sums of its layer want it too.</summary>
    private Register RotateSource(Register source, int step, int unit)
    {
        for (var done = unit; done <= step; done += unit)
        {
            if (!_rotated.TryGetValue((source.Id, unit), out var next)) _rotated.Add((source.Id, unit), next = _builder.Rotate(source, unit));
            source = next;
        }
        return source;
    }

    /// <summary>For each value, how many sums read it rotated.</summary>
    private void CountRotatingSums(Value value, HashSet<Value> seen)
    {
        if (!seen.Add(value)) return;
        if (value is ProductValue product) CountRotatingSums(product.Argument, seen);
        if (value is not LinearValue linear) return;
        foreach (var source in linear.Terms.Where(term => term.Step != 0).Select(term => term.Source).Distinct())
            _rotatingSums[source] = _rotatingSums.GetValueOrDefault(source) + 1;
        foreach (var term in linear.Terms) CountRotatingSums(term.Source, seen);
    }

    private Register? AddTerms(
        Register? sum, IEnumerable<Term> terms, double scale, int level, Func<Register, int, Register> rotate, int firstStep)
    {
        foreach (var (source, step, weight) in terms)
        {
            var register = rotate(Drop(Emit(source), level), step - firstStep);
            var plainScale = scale / register.Scale;
            sum = sum is null
                ? _builder.MultiplyScalar(register, weight, plainScale, source.Typical)
                : _builder.MultiplyScalarAdd(sum.Value, register, weight, plainScale, source.Typical);
        }
        return sum;
    }

    private Register RotateBy(Register sum, int distance, RotationPlan plan)
    {
        if (distance == 0) return sum;
        if (!plan.IsRegular) return _builder.Rotate(sum, distance);
        for (; distance > 0; distance -= plan.Unit) sum = _builder.Rotate(sum, plan.Unit);
        return sum;
    }

    /// <summary>Brings a product close to the scale its rescaling was made for, where another value of that depth needed a larger prime.</summary>
    private Register LiftTo(Register product, double scale)
    {
        var factor = LiftFactor(product.Scale, scale);
        return factor > 1 ? _builder.Lift(product, factor) : product;
    }

    private static double LiftFactor(double scale, double wanted) => Math.Max(1, Math.Round(wanted / scale));

    private Register Drop(Register register, int level)
    {
        if (register.Level == level) return register;
        if (!_dropped.TryGetValue((register.Id, level), out var dropped)) _dropped.Add((register.Id, level), dropped = _builder.DropLevel(register, level));
        return dropped;
    }

    private double DropFrom(int level, int next)
    {
        var product = 1.0;
        for (; level > next; level--) product *= _builder.Parameters.Primes[level];
        return product;
    }
}
