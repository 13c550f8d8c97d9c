namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Third pass: places every value at a depth, the number of rescalings before it, and sizes the rescaling at each depth by the scale that
/// really has to go there.
/// </summary>
/// <remarks>
/// <code>
///   input              depth 0                             scale D
///   linear             1 + deepest source                  scale S (the root: R); drops source scale + weight bits - S
///   square             depth of zeta, not rescaled         scale S^2
///   cubic              1 + depth of zeta, not rescaled     zeta^2 drops S and has scale S again; the product has S^2
/// </code>
/// For the paper's network in the series layout this gives drops of 26, 36 and 50 bits with D = 34, S = 36, R = 43: preset S4.
/// <para>
/// The fast forms spare the first rescaling. A sum of inputs has its raw scale S = D + weight bits, and the square drops a whole prime:
/// </para>
/// <code>
///   linear of inputs   depth 0                             scale S, D = 3/5 S
///   cubic              1 + depth of zeta                   zeta^2 drops 50 bits and has scale H = 2 S - 50; the product has S + H
/// </code>
/// That is drops of 50 and 50 bits with D = 25, S = 42, H = 34, R = 43: preset S3. The key-less form rescales nothing before the end: the
/// product has scale 3 S there, and is rescaled by two primes.
/// </remarks>
internal sealed class Placement
{
    /// <summary>Weights on inputs are encoded with this many bits less than the working scale: their rounding then stays below its noise.</summary>
    private const int InputWeightDeficit = 8;

    /// <summary>Bits at which weights on products are encoded, and the least allowed so that one prime of 50 bits is enough.</summary>
    private const int ProductWeightBits = 24;
    private const int LeastProductWeightBits = 21;
    private const int LeastFastProductWeightBits = 12;

    private const int LargestPrime = 50;
    private const int SmallestPrime = 20;

    /// <summary>Bits kept free above the result's scale at the end, at least: |result| below 64, and a sign.</summary>
    private const int LeastHeadroom = 7;

    /// <summary>The largest |result| for which 20 bits remain as its scale.</summary>
    public static double LargestResult => Math.ScaleB(1, LargestPrime - SmallestPrime - 1);

    /// <summary>Kinds of scale that are not a power of two, so that products may or may not be added as they are.</summary>
    private enum ScaleKind
    {
        Sum,
        Square,
        Cubic,
    }

    private readonly Dictionary<Value, int> _depths = [];
    private readonly Dictionary<(ScaleKind Kind, int Inner, int Depth), int> _scaleNumbers = [];
    private readonly HashSet<Value> _sums = [];
    private readonly HashSet<Value> _unrescaled = [];
    private readonly List<int> _drops = [0];
    private readonly LinearValue _root;
    private readonly int _working;

    private Placement(LinearValue root, CircuitForm form, int working, int input, int? output)
    {
        (_root, Form, _working, InputBits) = (root, form, working, input);
        var needed = ExactMath.CeilingLog2(Math.Max(1, root.Bound * Magnitude)) + 1;
        Headroom = Math.Max(LeastHeadroom, needed);

        // The key-less product is rescaled by two primes: what they cannot take stays in the result's scale.
        if (form.IsKeyless) Headroom = Math.Max(needed, Math.Min(Headroom, 3 * (LargestPrime - working)));
        OutputBits = output ?? Math.Min(working + 7, LargestPrime - Headroom);
        Depth = Visit(root);
    }

    /// <summary>The form that is placed.</summary>
    public CircuitForm Form { get; }

    /// <summary>How much larger a slot may be than one of the series in it.</summary>
    public double Magnitude => Form.IsComplex ? Math.Sqrt(2) : 1;

    /// <summary>log2 of the inputs' scale, D.</summary>
    public int InputBits { get; }

    /// <summary>log2 of the scale S at which activations are entered.</summary>
    public int WorkingBits => _working;

    /// <summary>log2 of the result's scale R, where it can be chosen.</summary>
    public int OutputBits { get; }

    /// <summary>Bits the result needs above its scale.</summary>
    public int Headroom { get; }

    /// <summary>Rescalings from the inputs to the result; one of them may take two primes.</summary>
    public int Depth { get; }

    /// <summary>Whether anything is multiplied or rotated, so that keys are switched.</summary>
    public bool SwitchesKeys { get; private set; }

    /// <summary>Whether an input is read at another position than its own.</summary>
    public bool ReadsInputsRotated { get; private set; }

    /// <summary>Places a graph with a working scale of 2^workingBits.</summary>
    public static Placement Place(LinearValue root, CircuitForm form, int workingBits) =>
        new(root, form, workingBits, form.IsFast || form.IsKeyless ? 3 * workingBits / 5 : workingBits - 2, null);

    /// <summary>Places a graph with scales fixed by hand.</summary>
    public static Placement Place(LinearValue root, CircuitForm form, ExplicitParameters fixedParameters) =>
        new(root, form, fixedParameters.WorkingScaleBits, fixedParameters.InputScaleBits, fixedParameters.OutputScaleBits);

    /// <summary>The depth of a value.</summary>
    public int DepthOf(Value value) => _depths[value.Origin];

    /// <summary>The depth at which the terms of a linear value are added up: one above its own, unless it is not rescaled.</summary>
    public int SumDepthOf(LinearValue linear) => _unrescaled.Contains(linear.Origin) ? DepthOf(linear) : DepthOf(linear) - 1;

    /// <summary>Whether a linear value is the result, or a phase of it.</summary>
    public bool IsRoot(LinearValue linear) => ReferenceEquals(linear.Origin, _root);

    /// <summary>log2 of the scale of what a cubic multiplies its argument by.</summary>
    public int FactorBits(CubicValue cubic) => cubic.Argument switch
    {
        _ when Form.IsKeyless => 2 * BitsOf(cubic.Argument),
        LinearValue when Form.IsFast => 2 * BitsOf(cubic.Argument) - LargestPrime,
        _ => _working,
    };

    /// <summary>
    /// Whether all products in a linear value have one scale, and no weight or rotation: they are then added before one relinearization,
    /// and nothing but the rescaling is left to do.
    /// </summary>
    public bool IsSum(LinearValue linear) => _sums.Contains(linear.Origin);

    /// <summary>
    /// Sizes of the primes dropped at each depth (entry 0 is for depth 1): one prime, or two of half the size where 50 bits are not enough.
    /// </summary>
    public IReadOnlyList<int[]> PrimesDropped() =>
        [.. _drops.Skip(1).Select(bits => bits <= LargestPrime ? new[] { Math.Max(bits, SmallestPrime) } : [(bits + 1) / 2, bits / 2])];

    /// <summary>Sizes of all primes in SEAL's order; null if the result has no room, or a rescaling would take more than two primes.</summary>
    public int[]? ModulusBits(int budget)
    {
        if (OutputBits < SmallestPrime || _drops.Max() > 2 * LargestPrime) return null;
        int[] data = [OutputBits + Headroom, .. PrimesDropped().Reverse().SelectMany(group => group)];
        var largest = data.Max();

        // Key switching wants the special prime as large as the others, and likes it larger; without it SEAL's format still has one.
        var special = SwitchesKeys ? Math.Max(largest, Math.Min(LargestPrime, budget - data.Sum())) : SmallestPrime + 6;
        return [.. data, special];
    }

    private int Visit(Value value)
    {
        if (_depths.TryGetValue(value, out var known)) return known;
        var depth = value switch
        {
            InputValue => 0,
            LinearValue linear => VisitLinear(linear),
            SquareValue square => Visit(square.Argument),
            CubicValue cubic => VisitCubic(cubic),
            _ => throw new InvalidOperationException("Placement comes after folding."),
        };
        _depths.Add(value, depth);
        return depth;
    }

    private int VisitLinear(LinearValue linear)
    {
        var sources = 0;
        var (input, product) = (0, 0);
        foreach (var (source, step, _) in linear.Terms)
        {
            sources = Math.Max(sources, Visit(source));
            ReadsInputsRotated |= step != 0 && source is InputValue;
            SwitchesKeys |= step != 0 || source is ProductValue && !Form.IsKeyless;
            if (source is ProductValue) product = Math.Max(product, BitsOf(source));
            else input = Math.Max(input, BitsOf(source));
        }
        var isRoot = ReferenceEquals(linear, _root);
        if (product == 0 && !isRoot && (Form.IsFast || Form.IsKeyless))
        {
            _unrescaled.Add(linear);
            return sources;
        }
        var products = linear.Terms.Where(term => term.Source is ProductValue).ToList();
        var isSum = products.Count > 0
            && products.TrueForAll(term => term.Step == 0 && ((ProductValue)term.Source).IsFolded)
            && products.Select(term => ScaleNumber(term.Source)).Distinct().Count() == 1;
        if (isSum) _sums.Add(linear);
        var target = isRoot ? OutputBits : _working;
        var weights = product == 0 ? _working - InputWeightDeficit : isSum ? 0 : ProductWeightBits;
        var bits = (product == 0 ? input : product) + weights - target;

        // Slightly coarser weights on products, where that spares a second prime.
        var spared = ProductWeightBits - (Form.IsFast ? LeastFastProductWeightBits : LeastProductWeightBits);
        if (weights == ProductWeightBits && bits > LargestPrime && bits <= LargestPrime + spared) bits = LargestPrime;
        Require(sources + 1, bits);
        return sources + 1;
    }

    private int VisitCubic(CubicValue cubic)
    {
        var depth = Visit(cubic.Argument);
        if (Form.IsKeyless) return depth;
        Require(depth + 1, 2 * BitsOf(cubic.Argument) - FactorBits(cubic));
        return depth + 1;
    }

    /// <summary>The same number for values whose scales are the same to the last bit: 0 for inputs, 1 for the working scale.</summary>
    private int ScaleNumber(Value value) => value switch
    {
        InputValue => 0,
        LinearValue sum when IsSum(sum) => Number(ScaleKind.Sum, sum.Terms.First(term => term.Source is ProductValue).Source, DepthOf(sum)),
        SquareValue square => Number(ScaleKind.Square, square.Argument, 0),
        CubicValue cubic => Number(ScaleKind.Cubic, cubic.Argument, DepthOf(cubic)),
        _ => 1,
    };

    private int Number(ScaleKind kind, Value inner, int depth)
    {
        var key = (kind, ScaleNumber(inner), depth);
        if (!_scaleNumbers.TryGetValue(key, out var number)) _scaleNumbers.Add(key, number = _scaleNumbers.Count + 2);
        return number;
    }

    private int BitsOf(Value value) => value switch
    {
        InputValue => InputBits,
        SquareValue square => 2 * BitsOf(square.Argument),
        CubicValue cubic => BitsOf(cubic.Argument) + FactorBits(cubic),
        _ => _working,
    };

    private void Require(int depth, int bits)
    {
        while (_drops.Count <= depth) _drops.Add(SmallestPrime);
        _drops[depth] = Math.Max(_drops[depth], bits);
    }
}
