namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// When the values of a live circuit are computed: how many points behind the newest one each of them is.
/// </summary>
/// <remarks>
/// <para>
/// The graph is that of the series layout, in which a term at step s reads what its source is s time points later. Where the newest point is
/// n, the forecast is that of the window that began T - 1 points before, so its <em>lag</em> is T - 1; whoever is read at step s must be
/// known for a point s later. A value is computed as late as its readers allow (the least of lag minus step over them): so one of them reads
/// it the moment it is there, and all others read what was kept of it.
/// </para>
/// <code>
///   paper's network, T = 20:      forecast  lag 19
///     reads g at steps 0..15      g         lag 19 - 15 = 4     read at ages 0..15
///     reads x at steps 0..4       x         lag 0               read at ages 0..4
/// </code>
/// </remarks>
internal sealed class LiveSchedule
{
    private readonly Dictionary<Value, int> _lags = [];
    private readonly List<Value> _order = [];

    private LiveSchedule(LinearValue root, int timePoints)
    {
        Sort(root, []);
        _lags[root] = timePoints - 1;
        for (var i = _order.Count - 1; i >= 0; i--)
        {
            var reader = _order[i];
            foreach (var (source, step) in Reads(reader)) _lags[source] = Math.Min(_lags.GetValueOrDefault(source, int.MaxValue), _lags[reader] - step);
        }

        // Inputs come when they come.
        foreach (var input in _order.OfType<InputValue>()) _lags[input] = 0;
    }

    /// <summary>Schedules everything that <paramref name="root"/> needs.</summary>
    /// <param name="root">The folded graph of the series layout.</param>
    /// <param name="timePoints">Points in a window.</param>
    public static LiveSchedule Of(LinearValue root, int timePoints) => new(root, timePoints);

    /// <summary>How many points ago what a reader wants of a source now was computed: 0 if in this run.</summary>
    public int Age(Value reader, Value source, int step) => _lags[reader] - step - _lags[source];

    /// <summary>The oldest input a linear value reads; 0 if it reads none, or the newest only.</summary>
    public int OldestInput(LinearValue linear) =>
        linear.Terms.Where(term => term.Source is InputValue).Select(term => Age(linear, term.Source, term.Step)).DefaultIfEmpty(0).Max();

    /// <summary>Ciphertexts to keep where the sums over inputs are kept.</summary>
    public int PartialSums => _order.OfType<LinearValue>().Sum(OldestInput);

    /// <summary>Ciphertexts to keep where the inputs are kept.</summary>
    /// <param name="isPacked">Whether all inputs are one ciphertext.</param>
    public int DelayedInputs(bool isPacked)
    {
        var inputs = _order.OfType<LinearValue>()
            .SelectMany(linear => linear.Terms.Where(term => term.Source is InputValue).Select(term => (term.Source, Age: Age(linear, term.Source, term.Step))))
            .GroupBy(read => read.Source, read => read.Age)
            .Select(ages => ages.Max())
            .ToList();
        return isPacked ? inputs.DefaultIfEmpty(0).Max() : inputs.Sum();
    }

    /// <summary>Whether a product takes an input as it is, and not a sum.</summary>
    public bool MultipliesInputs => _order.OfType<ProductValue>().Any(product => product.Argument is InputValue);

    private void Sort(Value value, HashSet<Value> seen)
    {
        if (!seen.Add(value)) return;
        foreach (var (source, _) in Reads(value)) Sort(source, seen);
        _order.Add(value);
    }

    private static IEnumerable<(Value Source, int Step)> Reads(Value value) => value switch
    {
        LinearValue linear => linear.Terms.Select(term => (term.Source, term.Step)),
        ProductValue product => [(product.Argument, 0)],
        _ => [],
    };
}
