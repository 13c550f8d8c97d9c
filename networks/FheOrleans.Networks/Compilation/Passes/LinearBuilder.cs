namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Collects a linear combination: merges linear sources into it, adds up equal terms, drops those of weight 0. Keeps first-seen order.
/// </summary>
internal sealed class LinearBuilder
{
    private readonly List<Term> _terms = [];
    private readonly Dictionary<(Value Source, int Step), int> _places = [];
    private double _constant;

    public void AddConstant(double value) => _constant += value;

    public void Add(Value source, int step, double weight)
    {
        if (weight == 0) return;
        if (source is LinearValue linear)
        {
            _constant += weight * linear.Constant;
            foreach (var term in linear.Terms) Add(term.Source, step + term.Step, weight * term.Weight);
            return;
        }
        if (_places.TryGetValue((source, step), out var place))
        {
            _terms[place] = _terms[place] with { Weight = _terms[place].Weight + weight };
            return;
        }
        _places.Add((source, step), _terms.Count);
        _terms.Add(new Term(source, step, weight));
    }

    /// <summary>Builds it; |value| is known to stay below <paramref name="bound"/> and to be typically below <paramref name="typical"/>.</summary>
    public LinearValue Build(double bound = double.PositiveInfinity, double typical = double.PositiveInfinity)
    {
        var terms = _terms.Where(term => term.Weight != 0).ToArray();
        var (size, squares) = (Math.Abs(_constant), _constant * _constant);
        foreach (var (source, _, weight) in terms)
        {
            size += Math.Abs(weight) * source.Bound;
            squares += weight * weight * source.Typical * source.Typical;
        }
        return new LinearValue
        {
            Constant = _constant,
            Terms = terms,
            Bound = Math.Min(size, bound),
            Typical = Math.Min(Math.Sqrt(squares), typical),
        };
    }
}
