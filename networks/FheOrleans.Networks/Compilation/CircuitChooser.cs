using System.Collections.Immutable;

namespace FheOrleans.Networks.Compilation;

/// <summary>A circuit that serves a job, and what the job would take with it.</summary>
/// <param name="Circuit">The circuit.</param>
/// <param name="Cost">What the job is expected to take.</param>
public sealed record CircuitChoice(CompiledCircuit Circuit, CostPrediction Cost)
{
    /// <summary>The circuit's form.</summary>
    public CircuitForm Form => Circuit.Plan.Form;
}

/// <summary>Chooses a circuit's form by the job: compiles what may serve, and ranks by the predicted time.</summary>
public static class CircuitChooser
{
    /// <summary>More phases than this save little: what all phases share is small by then, and a batch is large.</summary>
    private const int MostPhases = 16;

    /// <summary>Ranks the forms that serve a job.</summary>
    /// <param name="network">The network.</param>
    /// <param name="shape">The job.</param>
    /// <param name="costs">How long things take.</param>
    /// <param name="options">Everything but form and target error; null for the defaults.</param>
    /// <returns>At least one, by ascending predicted time: the first is the choice. All stay below the job's largest error.</returns>
    /// <exception cref="CircuitCompilationException">No form serves; it is the refusal of the first one tried, the series layout.</exception>
    /// <exception cref="ArgumentException">The shape or an option is out of range.</exception>
    public static ImmutableArray<CircuitChoice> Choose(Network network, JobShape shape, CostModel costs, CompilerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(shape);
        ArgumentNullException.ThrowIfNull(costs);
        shape.Validate();
        options = (options ?? new CompilerOptions()) with { TargetError = shape.MaximumError };

        var choices = new List<CircuitChoice>();
        CircuitCompilationException? refusal = null;
        foreach (var form in Candidates(network, shape))
        {
            try
            {
                var circuit = CircuitCompiler.Compile(network, options with { Form = form });
                choices.Add(new CircuitChoice(circuit, costs.Predict(circuit, shape.Batches(circuit.Plan))));
            }
            catch (CircuitCompilationException refused)
            {
                refusal ??= refused;
            }
        }
        if (choices.Count == 0) throw refusal!;

        // Sorting is stable, so that of two equal ones the simpler form, tried first, is taken.
        return [.. choices.OrderBy(choice => choice.Cost.TotalSeconds)];
    }

    /// <summary>The forms worth compiling, simple ones first: phases only where the series do not fit without.</summary>
    private static IEnumerable<CircuitForm> Candidates(Network network, JobShape shape)
    {
        // Most circuits take N = 8192. Where one takes another ring, its number of batches says so.
        const int Slots = 4096;
        CircuitForm WithPhases(int strips)
        {
            var points = shape.TimePoints + (strips - 1L) * network.TimePoints;
            var phases = (int)Math.Min(MostPhases, (points + strips * Slots - 1) / (strips * Slots));
            return phases > 1 ? CircuitForm.Polyphase(phases) : CircuitForm.Series;
        }

        var (real, paired) = (WithPhases(1), WithPhases(2).AsComplex());
        CircuitForm[] forms = [CircuitForm.Series, real, CircuitForm.Series.AsComplex(), paired, CircuitForm.Herd, CircuitForm.HerdKeyless];
        return [.. forms.Distinct(), .. forms.Where(form => !form.IsKeyless).Distinct().Select(form => form.AsFast())];
    }
}
