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

    /// <summary>Chooses.</summary>
    /// <param name="root">The folded graph.</param>
    /// <param name="targetNoise">Largest root-mean-square error allowed in the result.</param>
    /// <param name="timePoints">Points in a window: they must fit in the slots.</param>
    /// <exception cref="CircuitCompilationException">Nothing fits, or nothing is precise enough.</exception>
    public static Candidate Choose(LinearValue root, double targetNoise, int timePoints)
    {
        var (leastBits, leastNoise) = (int.MaxValue, double.PositiveInfinity);
        foreach (var degree in Degrees.Where(degree => degree / 2 >= timePoints))
        {
            Candidate? best = null;
            foreach (var working in WorkingBits)
            {
                var placement = Placement.Place(root, working);
                var budget = SecurityTable.MaximumModulusBits(degree);
                if (placement.ModulusBits(budget) is not { } bits) continue;
                leastBits = Math.Min(leastBits, bits.Sum());
                if (bits.Sum() > budget || best is not null && bits.Length > best.Parameters.Primes.Length) continue;
                foreach (var candidate in TryEmit(root, placement, degree, bits))
                {
                    leastNoise = Math.Min(leastNoise, candidate.Noise);
                    if (candidate.Noise <= targetNoise && IsBetter(candidate, best)) best = candidate;
                }
            }
            if (best is not null) return best;
        }
        throw Refusal(root, leastBits, leastNoise, targetNoise);
    }

    /// <summary>Takes parameters fixed by hand: one data prime for each depth, and one more.</summary>
    /// <exception cref="CircuitCompilationException">There are too few or too many primes, or a value does not fit.</exception>
    /// <exception cref="ParametersException">They are not secure or not possible.</exception>
    public static Candidate Take(LinearValue root, ExplicitParameters wanted)
    {
        var placement = Placement.Place(root, wanted);
        if (wanted.ModulusBits.Length != placement.Depth + 2)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.TooDeep,
                $"The circuit has {placement.Depth} rescalings and so needs {placement.Depth + 2} primes, the special one included; "
                + $"{wanted.ModulusBits.Length} are given.")
            {
                Needed = placement.Depth + 2,
                Available = wanted.ModulusBits.Length,
            };
        }
        var parameters = CkksParameters.Create(wanted.PolynomialDegree, wanted.ModulusBits.AsSpan());
        int[][] drops = [.. Enumerable.Repeat(new int[1], placement.Depth)];
        var circuit = Emitter.Emit(root, placement, parameters, drops, rotatesInputs: false, out var noise) ?? throw new CircuitCompilationException(
            CircuitRefusal.TooDeep, "A value does not fit the modulus of its level with the scales given; lower the scales or use larger primes.");
        return new Candidate(parameters, placement, circuit, noise);
    }

    /// <summary>The circuits for one set of primes: the most precise one, and one with inputs rotated where that makes a difference.</summary>
    private static IEnumerable<Candidate> TryEmit(LinearValue root, Placement placement, int degree, int[] bits)
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
        foreach (var rotatesInputs in new[] { false, true })
        {
            if (rotatesInputs && !placement.ReadsInputsRotated) continue;
            if (Emitter.Emit(root, placement, parameters, placement.PrimesDropped(), rotatesInputs, out var noise) is { } circuit)
                yield return new Candidate(parameters, placement, circuit, noise);
        }
    }

    private static bool IsBetter(Candidate candidate, Candidate? best)
    {
        if (best is null) return true;
        var (ours, theirs) = (candidate.Parameters.Primes.Length, best.Parameters.Primes.Length);
        if (ours != theirs) return ours < theirs;

        // A quarter of the transforms is worth some precision, and no precision is worth as many.
        var (work, least) = (candidate.Circuit.Transforms, best.Circuit.Transforms);
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
