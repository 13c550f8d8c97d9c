namespace FheOrleans.Networks.Compilation.Passes;

/// <content>Sums of terms at different rotations, by the scheme that <see cref="RotationPlan"/> chooses.</content>
internal sealed partial class Emitter
{
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
            var block = terms.Where(term => term.Step / giant * giant == first);
            sum = AddTerms(sum, block, scale, level, (source, step) => RotateSource(source, step, plan.Unit), first);
        }
        return sum!.Value;
    }

    private Register RotateBy(Register sum, int distance, RotationPlan plan)
    {
        if (distance == 0) return sum;
        if (!plan.IsRegular) return _builder.Rotate(sum, distance);
        for (; distance > 0; distance -= plan.Unit) sum = _builder.Rotate(sum, plan.Unit);
        return sum;
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
}
