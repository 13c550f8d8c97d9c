namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Second pass: rewrites every activation as a product whose coefficients are folded into the linear combinations around it.
/// </summary>
/// <remarks>
/// <code>
///   a y^2 + b y + c          = sign(a) zeta^2 + constant          zeta = sqrt|a| (y + b/2a)
///   a y^3 + b y^2 + c y + d  = zeta (C - zeta^2) + constant       zeta = k (y + b/3a),  k = cbrt(-a),  C = (c - b^2/3a) / k
/// </code>
/// Two series in a slot, x + iy, need other products: of a cubic
/// <code>
///   C zeta + zeta' (zeta'^2 + 3 zeta^2)     k = cbrt(a/4),  zeta' = the conjugate:  x^3 + i y^3 = zeta' (zeta'^2 + 3 zeta^2) / 4
/// </code>
/// and of a square there is none without multiplying by i.
/// So an activation costs one or two multiplications and no constant ones. Where one term alone reads the activation, its weight v is
/// folded as well: zeta times sqrt|v|, or times r = cbrt(v) with C r^2 in place of C. The layer that reads it is then a plain sum of
/// products with a single relinearization.
/// </remarks>
internal sealed class Folder
{
    private readonly Dictionary<Value, int> _uses = [];
    private readonly Dictionary<PolynomialValue, Folded> _shared = [];

    private readonly bool _isPaired;
    private readonly int _phases;

    private int _terms;

    private Folder(CircuitForm form) => (_isPaired, _phases) = (form.IsComplex, form.Phases);

    /// <summary>Folds everything that <paramref name="traced"/> needs.</summary>
    /// <param name="traced">The graph as traced.</param>
    /// <param name="form">What it is folded for.</param>
    /// <exception cref="CircuitCompilationException">The value depends on no input, or has a square and is paired.</exception>
    public static LinearValue Fold(Value traced, CircuitForm form)
    {
        var root = new LinearBuilder();
        root.Add(traced, 0, 1);
        var folder = new Folder(form);
        var linear = root.Build();
        folder.CountUses(linear);
        var folded = folder.Scale(linear, 0, 1, double.PositiveInfinity);
        return folded.Terms.Count > 0
            ? folded
            : throw new CircuitCompilationException(
                CircuitRefusal.Constant, "The network's forecast depends on none of its inputs: all their weights are 0.");
    }

    /// <summary>value = Factor * Product + Constant; without a product it is the constant alone.</summary>
    private readonly record struct Folded(ProductValue? Product, double Factor, double Constant);

    private void CountUses(LinearValue value)
    {
        foreach (var term in value.Terms) Use(term.Source);
    }

    private void Use(Value value)
    {
        if (value is not PolynomialValue polynomial) return;
        _uses[value] = _uses.GetValueOrDefault(value) + 1;
        if (_uses[value] > 1) return;
        if (polynomial.Source is LinearValue linear) CountUses(linear);
        else Use(polynomial.Source);
    }

    /// <summary>scale * (value + offset), where |value| is meant to stay below interval.</summary>
    private LinearValue Scale(Value value, double offset, double scale, double interval)
    {
        var sum = new LinearBuilder();
        sum.AddConstant(scale * offset);
        if (value is LinearValue linear)
        {
            sum.AddConstant(scale * linear.Constant);
            foreach (var (source, step, weight) in linear.Terms) AddFolded(sum, source, step, scale * weight);
        }
        else
        {
            AddFolded(sum, value, 0, scale);
        }

        // Data may leave the interval a little: room is kept for twice its size.
        var size = Math.Abs(scale);
        var folded = sum.Build(size * (2 * interval + Math.Abs(offset)), size * (interval + Math.Abs(offset)));
        _terms += folded.Terms.Count * _phases;
        Tracer.RequireTerms(_terms);
        return folded;
    }

    private void AddFolded(LinearBuilder sum, Value source, int step, double weight)
    {
        if (source is not PolynomialValue polynomial)
        {
            sum.Add(source, step, weight);
            return;
        }
        var isOnly = _uses[polynomial] == 1;
        var folded = isOnly ? Fold(polynomial, weight, true) : Share(polynomial);
        var outer = isOnly ? 1 : weight;
        sum.AddConstant(outer * folded.Constant);
        if (folded.Product is { } product) sum.Add(product, step, outer * folded.Factor);
    }

    private Folded Share(PolynomialValue polynomial)
    {
        if (!_shared.TryGetValue(polynomial, out var folded)) _shared.Add(polynomial, folded = Fold(polynomial, 1, false));
        return folded;
    }

    private Folded Fold(PolynomialValue polynomial, double weight, bool isFolded)
    {
        var coefficients = polynomial.Function.Coefficients.AsSpan();
        return coefficients.Length == 3
            ? FoldSquare(RequireUnpaired(polynomial), coefficients, weight, isFolded)
            : FoldCubic(polynomial, coefficients, weight, isFolded);
    }

    private PolynomialValue RequireUnpaired(PolynomialValue polynomial) => !_isPaired
        ? polynomial
        : throw new CircuitCompilationException(
            CircuitRefusal.Layout,
            $"Activation {polynomial.Function.Name} has degree 2, and squares of two series in one slot cannot be told apart without multiplying "
            + "by i. Use the form without -complex.");

    private Folded FoldSquare(PolynomialValue polynomial, ReadOnlySpan<double> p, double weight, bool isFolded)
    {
        var (a, b, c) = (p[2], p[1], p[0]);
        var shift = b / (2 * a);
        var scale = Math.Sqrt(Math.Abs(weight * a));
        var zeta = Scale(polynomial.Source, shift, scale, polynomial.Function.Interval);
        if (zeta.Terms.Count == 0) return ConstantOf(polynomial, weight, zeta.Constant / scale - shift);
        var product = new SquareValue
        {
            Argument = WithoutIdentity(zeta),
            IsFolded = isFolded,
            Bound = zeta.Bound * zeta.Bound,
            Typical = zeta.Typical * zeta.Typical,
            Mean = MeanOf(polynomial, weight, Math.Sign(weight * a), weight * (c - b * shift / 2)),
        };
        return new Folded(product, Math.Sign(weight * a), weight * (c - b * shift / 2));
    }

    private Folded FoldCubic(PolynomialValue polynomial, ReadOnlySpan<double> p, double weight, bool isFolded)
    {
        var (a, b, slope) = (p[3], p[2], p[1]);
        var shift = b / (3 * a);
        var (k, r) = (ExactMath.Cbrt(_isPaired ? a / 4 : -a), ExactMath.Cbrt(weight));
        var zeta = Scale(polynomial.Source, shift, r * k, polynomial.Function.Interval);
        if (zeta.Terms.Count == 0) return ConstantOf(polynomial, weight, zeta.Constant / (r * k) - shift);
        var c = r * r * (slope - b * shift) / k;
        var constant = weight * Polynomial.Evaluate(p, -shift);
        double Largest(double bound) => LargestCubic(c, _isPaired ? 4 : -1, bound);
        var product = new CubicValue
        {
            Argument = WithoutIdentity(zeta),
            IsFolded = isFolded,
            C = c,
            Bound = Largest(zeta.Bound),
            Typical = Largest(zeta.Typical),
            Mean = MeanOf(polynomial, weight, 1, constant),
        };
        return new Folded(product, 1, constant);
    }

    /// <summary>The mean of a product, of which factor * product + constant = weight * activation.</summary>
    private static double? MeanOf(PolynomialValue polynomial, double weight, double factor, double constant) =>
        (weight * polynomial.Mean - constant) / factor;

    /// <summary>An activation whose argument has no inputs left is a number.</summary>
    private static Folded ConstantOf(PolynomialValue polynomial, double weight, double argument) =>
        new(null, 0, weight * polynomial.Function.Evaluate(argument));

    /// <summary>An input taken as it is needs no level of its own.</summary>
    private static Value WithoutIdentity(LinearValue zeta) =>
        zeta is { Constant: 0, Terms: [{ Source: InputValue input, Step: 0, Weight: 1 }] } ? input : zeta;

    /// <summary>The maximum of |x (c + cube x^2)| for |x| up to bound: at an end, or where the slope vanishes.</summary>
    private static double LargestCubic(double c, double cube, double bound)
    {
        double At(double x) => Math.Abs(x * (c + cube * x * x));
        var turn = Math.Sqrt(Math.Max(0, -c / (3 * cube)));
        return turn < bound ? Math.Max(At(bound), At(turn)) : At(bound);
    }
}
