using FheOrleans.Ckks;

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
/// </remarks>
internal sealed class LiveEmitter : Emitter
{
    private readonly LiveSchedule _schedule;
    private readonly int _inputs;
    private readonly bool _transposes;
    private readonly List<(Register Register, int Runs)> _kept = [];
    private readonly List<RecalledValue> _recalled = [];
    private readonly Dictionary<Value, int> _keptValues = [];
    private readonly Dictionary<RecalledValue, Register> _read = [];

    private LiveEmitter(
        LinearValue root, Placement placement, CkksParameters parameters, IReadOnlyList<int[]> drops, LiveSchedule schedule, int inputs)
        : base([root], placement, parameters, drops, default) =>
        (_schedule, _inputs, _transposes) = (schedule, inputs, schedule.PartialSums <= schedule.DelayedInputs);

    /// <summary>Emits the circuit of <paramref name="root"/>.</summary>
    /// <param name="root">The folded graph of the series layout.</param>
    /// <param name="series">Its circuit in that layout: the parameters, depths and scales are the same.</param>
    /// <param name="timePoints">Points in a window.</param>
    /// <param name="inputs">Ciphertexts of a new point: what is recalled is numbered after them.</param>
    /// <param name="noise">Root-mean-square error of the result.</param>
    /// <returns>The circuit with its memory; null if a value does not fit the modulus.</returns>
    public static Circuit? Emit(LinearValue root, Candidate series, int timePoints, int inputs, out double noise)
    {
        var (parameters, placement) = (series.Parameters, series.Placement);

        // One prime for each depth, unless the placement asked for two somewhere.
        IReadOnlyList<int[]> drops = parameters.Primes.Length == placement.Depth + 2
            ? [.. Enumerable.Repeat(new int[1], placement.Depth)]
            : placement.PrimesDropped();
        var emitter = new LiveEmitter(root, placement, parameters, drops, LiveSchedule.Of(root, timePoints), inputs);
        var result = emitter.Builder.DropLevel(emitter.Emit(root), 0);
        emitter.Builder.RequireRoom(result, root.Bound);
        noise = result.Noise;
        return emitter.Builder.HasRoom ? emitter.Builder.Finish([result], emitter.Memory()) : null;
    }

    private protected override Register ReadArgument(ProductValue product) => Read(product.Argument, _schedule.Age(product, product.Argument, 0));

    private protected override Register AddTerms(
        LinearValue linear, Register? sum, IReadOnlyList<Term> terms, double scale, int level, bool mayRotateSources)
    {
        var added = _transposes && terms[0].Source is InputValue
            ? Transposed(linear, terms, scale, level)
            : Weighted(terms.Select(term => (term, _schedule.Age(linear, term.Source, term.Step))), scale, level)!.Value;
        return sum is null ? added : Builder.Add(sum.Value, added);
    }

    private Register Transposed(LinearValue linear, IReadOnlyList<Term> terms, double scale, int level)
    {
        var taps = terms.ToLookup(term => _schedule.Age(linear, term.Source, term.Step));
        Register? earlier = null;
        for (var age = _schedule.OldestInput(linear); age > 0; age--)
            earlier = Recall(Keep(Plus(Weighted(taps[age].Select(term => (term, 0)), scale, level), earlier)), 1);
        return Plus(Weighted(taps[0].Select(term => (term, 0)), scale, level), earlier);
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
