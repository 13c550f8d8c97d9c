using FheOrleans.Ckks;

namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>A circuit together with the parameters it was emitted for.</summary>
/// <param name="Parameters">Ring and primes.</param>
/// <param name="Placement">Depths and scales.</param>
/// <param name="Circuit">The instructions.</param>
/// <param name="Noise">Root-mean-square error of the result, before the epilogue.</param>
internal sealed record Candidate(CkksParameters Parameters, Placement Placement, Circuit Circuit, double Noise);

/// <summary>
/// Chooses ring, primes and scales: the smallest ring, then the fewest primes, then the least error, among those whose predicted error
/// reaches the target. Every prime has at most 50 bits, so that fast kernels can be used.
/// </summary>
internal static class ParameterChooser
{
    private static readonly int[] Degrees = [4096, 8192, 16384, 32768];
    private static readonly int[] WorkingBits = [48, 44, 40, 36, 32, 28, 24];
    private static readonly int[] FastWorkingBits = [44, 43, 42, 41, 40, 38, 36];
    private static readonly int[] KeylessWorkingBits = [48, 47, 45, 42, 38, 34, 30];

    /// <summary>Chooses.</summary>
    /// <param name="root">The folded graph.</param>
    /// <param name="form">The form.</param>
    /// <param name="features">Inputs of one phase.</param>
    /// <param name="targetNoise">Largest root-mean-square error allowed in the result.</param>
    /// <param name="timePoints">Points in a window: they must fit in the slots.</param>
    /// <exception cref="CircuitCompilationException">Nothing fits, or nothing is precise enough.</exception>
    public static Candidate Choose(LinearValue root, CircuitForm form, int features, double targetNoise, int timePoints)
    {
        var (leastBits, leastNoise) = (int.MaxValue, double.PositiveInfinity);
        var workingBits = form.IsKeyless ? KeylessWorkingBits : form.IsFast ? FastWorkingBits : WorkingBits;
        var roots = Phases.Cut(root, form.Phases, features);
        foreach (var degree in Degrees.Where(degree => form.Phases * degree / 2 >= timePoints))
        {
            Candidate? best = null;
            foreach (var working in workingBits)
            {
                var placement = Placement.Place(root, form, working);
                var budget = SecurityTable.MaximumModulusBits(degree);
                if (placement.ModulusBits(budget) is not { } bits) continue;
                leastBits = Math.Min(leastBits, bits.Sum());
                if (bits.Sum() > budget || best is not null && bits.Length > best.Parameters.Primes.Length) continue;
                foreach (var candidate in TryEmit(roots, placement, degree, bits, targetNoise))
                {
                    leastNoise = Math.Min(leastNoise, candidate.Noise);
                    if (candidate.Noise <= targetNoise && IsBetter(candidate, best)) best = candidate;
                }
            }
            if (best is not null) return best;
        }
        throw Refusal(root, leastBits, leastNoise, targetNoise);
    }

    /// <summary>Takes parameters fixed by hand: a data prime for each rescaling, and one more.</summary>
    /// <param name="root">The folded graph.</param>
    /// <param name="form">The form.</param>
    /// <param name="features">Inputs of one phase.</param>
    /// <param name="wanted">The parameters.</param>
    /// <exception cref="CircuitCompilationException">There are too few or too many primes, or a value does not fit.</exception>
    /// <exception cref="ParametersException">They are not secure or not possible.</exception>
    public static Candidate Take(LinearValue root, CircuitForm form, int features, ExplicitParameters wanted)
    {
        var placement = Placement.Place(root, form, wanted);

        // Without a rescaling before its end, the key-less form drops several primes at once; which ones is for the caller to say.
        var primes = form.IsKeyless ? Math.Max(3, wanted.ModulusBits.Length) : placement.Depth + 2;
        if (wanted.ModulusBits.Length != primes)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.TooDeep,
                $"The circuit has {placement.Depth} rescalings and so needs {primes} primes, the special one included; "
                + $"{wanted.ModulusBits.Length} are given.")
            {
                Needed = primes,
                Available = wanted.ModulusBits.Length,
            };
        }
        var parameters = CkksParameters.Create(wanted.PolynomialDegree, wanted.ModulusBits.AsSpan());
        int[][] drops = form.IsKeyless ? [new int[primes - 2]] : [.. Enumerable.Repeat(new int[1], placement.Depth)];
        var roots = Phases.Cut(root, form.Phases, features);
        var circuit = Emitter.Emit(roots, placement, parameters, drops, default, out var noise) ?? throw new CircuitCompilationException(
            CircuitRefusal.TooDeep, "A value does not fit the modulus of its level with the scales given; lower the scales or use larger primes.");
        return new Candidate(parameters, placement, circuit, noise);
    }

    /// <summary>
    /// The circuits for one set of primes: the most precise one, and one with inputs rotated where that makes a difference. Conjugates are
    /// taken early, which costs more, only where that is needed to reach the target.
    /// </summary>
    private static IEnumerable<Candidate> TryEmit(
        IReadOnlyList<LinearValue> roots, Placement placement, int degree, int[] bits, double targetNoise)
    {
        CkksParameters parameters;
        try
        {
            parameters = CkksParameters.Create(degree, bits);
        }
        catch (ParametersException)
        {
            yield break; // Too few primes of a size: the next working scale asks for others.
        }
        Candidate? Emit(EmitterChoices choices) =>
            Emitter.Emit(roots, placement, parameters, placement.PrimesDropped(), choices, out var noise) is { } circuit
                ? new Candidate(parameters, placement, circuit, noise)
                : null;

        if (Emit(default) is { } plain)
        {
            yield return plain;
            var isTooNoisy = plain.Noise > targetNoise && placement.Form.IsComplex;
            if (isTooNoisy && Emit(new(false, ConjugatesEarly: true)) is { } early) yield return early;
        }
        var rotatesInputs = placement is { ReadsInputsRotated: true, Form.Phases: 1 };
        if (rotatesInputs && Emit(new(RotatesInputs: true, false)) is { } rotated) yield return rotated;
    }

    private static bool IsBetter(Candidate candidate, Candidate? best)
    {
        if (best is null) return true;
        var (ours, theirs) = (candidate.Parameters.Primes.Length, best.Parameters.Primes.Length);
        if (ours != theirs) return ours < theirs;

        // A quarter of the transforms is worth some precision, and no precision is worth as many.
        var (work, least) = (candidate.Circuit.Work.Transforms, best.Circuit.Work.Transforms);
        if (4 * work < 3 * least) return true;
        return 3 * work <= 4 * least && candidate.Noise < best.Noise;
    }

    private static CircuitCompilationException Refusal(LinearValue root, int leastBits, double leastNoise, double targetNoise)
    {
        var available = SecurityTable.MaximumModulusBits(Degrees[^1]);
        if (!double.IsPositiveInfinity(leastNoise))
        {
            return new CircuitCompilationException(
                CircuitRefusal.NotPreciseEnough,
                $"The least predicted error is {NoiseModel.Extreme * leastNoise:g3} before the last activation, "
                + $"and {NoiseModel.Extreme * targetNoise:g3} is asked for. Raise the target error, or use smaller weights.")
            {
                Needed = NoiseModel.Extreme * leastNoise,
                Available = NoiseModel.Extreme * targetNoise,
            };
        }
        if (leastBits > available && leastBits < int.MaxValue)
        {
            return new CircuitCompilationException(
                CircuitRefusal.TooDeep,
                $"The circuit needs at least {leastBits} bits of modulus; 128-bit security allows {available} at N = {Degrees[^1]}. "
                + "Use fewer activations, or leave the last one to the client.")
            {
                Needed = leastBits,
                Available = available,
            };
        }
        return new CircuitCompilationException(
            CircuitRefusal.Range,
            $"By its weights and intervals the result may reach {root.Bound:g3}, and values before it may be as large; "
            + $"there is room for {Placement.LargestResult:g3}. Use smaller weights, activations with smaller intervals, or a smaller input bound.")
        {
            Needed = root.Bound,
            Available = Placement.LargestResult,
        };
    }
}
