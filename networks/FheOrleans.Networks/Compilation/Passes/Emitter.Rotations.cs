namespace FheOrleans.Networks.Compilation.Passes;

/// <content>Sums of terms at different rotations, by the scheme that <see cref="RotationPlan"/> chooses.</content>
internal partial class Emitter
{
    private Register AddRotated(Register? sum, IReadOnlyList<Term> terms, double scale, int level, bool mayRotateSources)
    {
        var steps = terms.Select(term => term.Step).Distinct().ToList();
        var sources = terms.Select(term => term.Source).Distinct().ToList();
        var readers = _readers.TryGetValue(sources[0], out var depths) ? depths.Count : 1;
        var plan = _placement.Form.Phases > 1
            ? RotationPlan.ChooseForPhases(steps)
            : RotationPlan.Choose(steps, sources.Count, readers, mayRotateSources);

        // A sum of its own even without rotations: it can then be taken up input by input, whenever the other is ready.
        var added = plan switch
        {
            { Unit: 0 } => AddTerms(null, terms, scale, level)!.Value,
            { Baby: 1 } => Horner(terms, plan, scale, level),
            _ => BabyGiant(terms, plan, scale, level),
        };
        return sum is null ? added : _builder.Add(sum.Value, added);
    }

    private Register Horner(IReadOnlyList<Term> terms, RotationPlan plan, double scale, int level)
    {
        Register? sum = null;
        var position = 0;
        foreach (var group in terms.GroupBy(term => term.Step).OrderByDescending(group => group.Key))
        {
            if (sum is not null) sum = RotateBy(sum.Value, position - group.Key, plan);
            sum = AddTerms(sum, group, scale, level);
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
            sum = AddTerms(sum, block, scale, level, plan.Unit, first);
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

    /// <summary>
    /// A source rotated unit by unit and brought to a level. What is rotated is kept, since other sums want it too; where those are at
    /// several depths it is rotated before it is brought down, which costs more once and less in all.
    /// </summary>
    private Register RotateSource(Value source, int step, int unit, int level)
    {
        var register = Emit(source);
        var isShared = step > 0 && _readers[source].Distinct().Count() > 1;
        if (!isShared) register = Drop(register, level);
        for (var done = 0; done < step; done += unit)
        {
            if (!_rotated.TryGetValue((register.Id, unit), out var next))
                _rotated.Add((register.Id, unit), next = _builder.Rotate(register, unit));
            register = next;
        }
        return Drop(register, level);
    }

    /// <summary>Notes for each value the depths of the sums that read it rotated.</summary>
    private void NoteReaders(Value value, HashSet<Value> seen)
    {
        if (!seen.Add(value)) return;
        if (value is ProductValue product) NoteReaders(product.Argument, seen);
        if (value is not LinearValue linear) return;
        foreach (var source in linear.Terms.Where(term => term.Step != 0).Select(term => term.Source).Distinct())
        {
            if (!_readers.TryGetValue(source, out var depths)) _readers.Add(source, depths = []);
            depths.Add(_placement.DepthOf(linear));
        }
        foreach (var term in linear.Terms) NoteReaders(term.Source, seen);
    }
}
