namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Emits one run of a live circuit: what a new time point adds. Where the series circuit rotates, this one recalls.
/// </summary>
/// <remarks>
/// <para>
/// A product (an activation) that is read several times is kept as it is, unrescaled, for as many runs as it is read back. A sum over inputs
/// is kept <em>transposed</em>: not the old inputs but what they have contributed so far to the sums of the next runs. With taps w(0..A) by
/// age and the new point x:
/// </para>
/// <code>
///   sum now   = P(1) + w(0) x
///   P(a) kept = P(a + 1) + w(a) x        a = 1 .. A, with P(A + 1) = 0
/// </code>
/// <para>
/// The weights' products are as many as without it, and A ciphertexts are kept for each sum instead of A for each input. Where the inputs are
/// fewer than the sums, they are kept themselves.
/// </para>
/// <para>
/// In the packed form the new point is one ciphertext, feature f in block f of its slots. A tap's weights are then a vector by blocks, one
/// product for all features, and what the blocks hold is added up once for each sum, by rotations of half the slots, a quarter and so on:
/// afterwards every block holds the sum.
/// </para>
/// </remarks>
internal sealed class LiveEmitter : Emitter
{
    private readonly LiveSchedule _schedule;
    private readonly int _inputs;
    private readonly int _blocks; // 0 where each feature has a ciphertext of its own
    private readonly bool _transposes;
    private Register? _point;
    private int? _keptPoint;
    private readonly List<(Register Register, int Runs)> _kept = [];
    private readonly List<RecalledValue> _recalled = [];
    private readonly Dictionary<Value, int> _keptValues = [];
    private readonly Dictionary<RecalledValue, Register> _read = [];

    private LiveEmitter(LinearValue root, Candidate series, IReadOnlyList<int[]> drops, LiveSchedule schedule, int inputs, int blocks)
        : base([root], series.Placement, series.Parameters, drops, default)
    {
        (_schedule, _inputs, _blocks) = (schedule, inputs, blocks);
        _transposes = schedule.PartialSums <= schedule.DelayedInputs(isPacked: blocks > 0);
    }

    /// <summary>Emits the circuit of <paramref name="root"/>.</summary>
    /// <param name="root">The folded graph of the series layout.</param>
    /// <param name="series">Its circuit in that layout: the parameters, depths and scales are the same.</param>
    /// <param name="network">What the graph was made of.</param>
    /// <param name="form">The live form.</param>
    /// <param name="noise">Root-mean-square error of the result.</param>
    /// <returns>The circuit with its memory; null if a value does not fit the modulus.</returns>
    /// <exception cref="CircuitCompilationException">The form is the packed one, and a product takes an input as it is.</exception>
    public static Circuit? Emit(LinearValue root, Candidate series, Network network, CircuitForm form, out double noise)
    {
        var (parameters, placement) = (series.Parameters, series.Placement);

        // One prime for each depth, unless the placement asked for two somewhere.
        IReadOnlyList<int[]> drops = parameters.Primes.Length == placement.Depth + 2
            ? [.. Enumerable.Repeat(new int[1], placement.Depth)]
            : placement.PrimesDropped();
        var schedule = LiveSchedule.Of(root, network.TimePoints);
        if (form.IsPacked && schedule.MultipliesInputs)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.Layout, "An activation takes an input as it is, and packed inputs share a ciphertext. Use the form live.");
        }

        // What is recalled is numbered after the ciphertexts of a new point.
        var (inputs, blocks) = (form.InputCiphertexts(network.TimePoints, network.Features), form.IsPacked ? form.Blocks(network.Features) : 0);
        var emitter = new LiveEmitter(root, series, drops, schedule, inputs, blocks);
        var result = emitter.Builder.DropLevel(emitter.Emit(root), 0);
        emitter.Builder.RequireRoom(result, root.Bound);
        noise = result.Noise;
        return emitter.Builder.HasRoom ? emitter.Builder.Finish([result], emitter.Memory()) : null;
    }

    private protected override Register ReadArgument(ProductValue product) => Read(product.Argument, _schedule.Age(product, product.Argument, 0));

    private protected override Register AddTerms(
        LinearValue linear, Register? sum, IReadOnlyList<Term> terms, double scale, int level, bool mayRotateSources)
    {
        var taps = terms.ToLookup(term => _schedule.Age(linear, term.Source, term.Step));
        var isOfInputs = terms[0].Source is InputValue;
        var added = isOfInputs && _transposes ? Transposed(taps, scale, level)
            : isOfInputs && _blocks > 0 ? taps.Select(tap => Blocks([.. tap], tap.Key, scale, level)!.Value).Aggregate(Builder.Add)
            : Weighted(terms.Select(term => (term, _schedule.Age(linear, term.Source, term.Step))), scale, level)!.Value;
        if (isOfInputs && _blocks > 0) added = SumBlocks(added);
        return sum is null ? added : Builder.Add(sum.Value, added);
    }

    private Register Transposed(ILookup<int, Term> taps, double scale, int level)
    {
        Register? Tap(int age) => _blocks > 0 ? Blocks([.. taps[age]], 0, scale, level) : Weighted(taps[age].Select(term => (term, 0)), scale, level);
        Register? earlier = null;
        for (var age = taps.Max(tap => tap.Key); age > 0; age--) earlier = Recall(Keep(Plus(Tap(age), earlier)), 1);
        return Plus(Tap(0), earlier);
    }

    /// <summary>What all features of a packed point add to a sum, each still in its block; null without terms.</summary>
    private Register? Blocks(IReadOnlyList<Term> terms, int age, double scale, int level)
    {
        if (terms.Count == 0) return null;
        var weights = new double[_blocks];
        foreach (var (source, _, weight) in terms) weights[((InputValue)source).Index] += weight;
        var (point, typical) = (Drop(Point(age), level), terms.Max(term => term.Source.Typical));
        return Builder.MultiplyBlocks(point, [.. weights], scale / point.Scale, typical);
    }

    /// <summary>The sum of all blocks, in each of them. Rotated before the rescaling: its noise is divided too.</summary>
    private Register SumBlocks(Register sum)
    {
        var slots = Builder.Parameters.SlotCount;
        for (var step = slots / 2; step >= slots / _blocks; step /= 2) sum = Builder.Add(Builder.Rotate(sum, step), sum); // never into one that is recalled
        return sum;
    }

    /// <summary>The packed point as it was some runs ago.</summary>
    private Register Point(int age)
    {
        _point ??= EmitInput(0);
        if (age == 0) return _point.Value;
        _keptPoint ??= Keep(_point.Value);
        return Recall(_keptPoint.Value, age);
    }

    /// <summary>The sum of two, of which one at least is there. The second is not changed: it may be recalled, or be kept.</summary>
    private Register Plus(Register? sum, Register? earlier) =>
        sum is null ? earlier!.Value : earlier is null ? sum.Value : Builder.Add(sum.Value, earlier.Value);

    private Register? Weighted(IEnumerable<(Term Term, int Age)> terms, double scale, int level)
    {
        Register? sum = null;
        foreach (var ((source, _, weight), age) in terms)
        {
            var register = Drop(Read(source, age), level);
            var plainScale = scale / register.Scale;
            sum = sum is null
                ? Builder.MultiplyScalar(register, weight, plainScale, source.Typical)
                : Builder.MultiplyScalarAdd(sum.Value, register, weight, plainScale, source.Typical);
        }
        return sum;
    }

    /// <summary>A value as it was some runs ago. It is computed in this run too, and kept: it is wanted as many runs from now.</summary>
    private Register Read(Value value, int age)
    {
        var now = Emit(value);
        if (age == 0) return now;
        if (!_keptValues.TryGetValue(value, out var kept)) _keptValues.Add(value, kept = Keep(now));
        return Recall(kept, age);
    }

    private int Keep(Register register)
    {
        _kept.Add((register, 0));
        return _kept.Count - 1;
    }

    private Register Recall(int kept, int age)
    {
        var wanted = new RecalledValue(kept, age);
        if (_read.TryGetValue(wanted, out var known)) return known;
        var (register, runs) = _kept[kept];
        _kept[kept] = (register, Math.Max(runs, age));
        var recalled = Builder.Recall(_inputs + _recalled.Count, register);
        _recalled.Add(wanted);
        _read.Add(wanted, recalled);
        return recalled;
    }

    private LiveMemory Memory() => new(
        [.. _kept.Select(kept => new KeptValue(kept.Register.Id, kept.Register.Level, kept.Register.Scale, kept.Runs))], [.. _recalled]);
}
