using FheOrleans.Ckks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// Runs a live circuit on ciphertexts, time point after time point. It holds no memory itself: the caller keeps what a run hands over and
/// gives it back to later runs, so a crash between two runs loses nothing. Thread-safe.
/// </summary>
public sealed class LiveCircuitRunner
{
    private readonly CompiledCircuit _compiled;
    private readonly CkksCircuitRunner _runner;
    private readonly Evaluator _evaluator;

    /// <summary>Makes a runner, and checks that parameters and keys are those the circuit was compiled for.</summary>
    /// <param name="compiled">A circuit of the live layout.</param>
    /// <param name="parameters">The data owner's parameters: equal to the plan's.</param>
    /// <param name="relinearizationKeys">The data owner's; may be null if the plan needs none.</param>
    /// <param name="galoisKeys">The data owner's, with every step the plan names; may be null if it names none.</param>
    /// <param name="pool">Where it gets memory for intermediate values, shared with other runners; null for one of its own.</param>
    /// <exception cref="ArgumentException">The circuit is of another layout.</exception>
    /// <exception cref="CircuitInputException">Parameters differ, or a key is missing.</exception>
    public LiveCircuitRunner(
        CompiledCircuit compiled, CkksParameters parameters, RelinearizationKeys? relinearizationKeys = null, GaloisKeys? galoisKeys = null,
        CiphertextPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        if (!compiled.Plan.Layout.IsLive()) throw new ArgumentException($"The circuit is of the {compiled.Plan.Layout} layout, not a live one.", nameof(compiled));
        _runner = new CkksCircuitRunner(compiled, parameters, relinearizationKeys, galoisKeys, pool);
        (_compiled, _evaluator) = (compiled, new Evaluator(parameters));
    }

    /// <summary>What to keep of a run, for how long, and what a run recalls.</summary>
    public LiveMemory Memory => _compiled.Program.Memory;

    /// <summary>Takes one time point in, on the calling thread.</summary>
    /// <param name="point">The plan's number of ciphertexts, at the plan's input level and scale.</param>
    /// <param name="recall">
    /// Gives a ciphertext that an earlier run kept: the kept value's number and how many runs ago, from 1. Null from before the first run.
    /// Each is asked for once, when first needed.
    /// </param>
    /// <param name="cancellation">Checked before every instruction.</param>
    /// <returns>The forecast and what to keep.</returns>
    /// <exception cref="CircuitInputException">An input or something recalled is not as the circuit says.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public LiveStep Run(IReadOnlyList<Ciphertext> point, Func<RecalledValue, Ciphertext?> recall, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(point);
        ArgumentNullException.ThrowIfNull(recall);
        if (point.Count != _compiled.Plan.InputCiphertexts)
            throw new CircuitInputException("inputs", $"{point.Count} ciphertexts", $"{_compiled.Plan.InputCiphertexts}");
        var inputs = new LiveInputs<Ciphertext>(point, Memory, wanted => Recalled(wanted, recall(wanted), point[0]));
        var results = _runner.RunWith(inputs, cancellation, null);
        return new LiveStep(results[0], results[1..]);
    }

    /// <summary>Refuses a live circuit in a runner that could not give it what earlier runs kept.</summary>
    /// <exception cref="CircuitInputException">The circuit is a live one.</exception>
    internal static void RequireNotLive(CircuitPlan plan, string runner)
    {
        if (plan.Layout.IsLive())
            throw new CircuitInputException("form", $"{plan.Form}, whose runs go on from earlier ones", $"a form of whole windows here; run live circuits by {runner}");
    }

    private Ciphertext Recalled(RecalledValue wanted, Ciphertext? found, Ciphertext fresh)
    {
        var kept = Memory.Kept[wanted.Kept];
        if (found is null) return Zero(fresh, kept);
        if (Math.Abs(found.Scale / kept.Scale - 1) > 1e-12)
            throw new CircuitInputException($"kept value {wanted.Kept}", $"scale {found.Scale:r}", $"{kept.Scale:r}");
        return found.Scale == kept.Scale ? found : found.WithScale(kept.Scale);
    }

    /// <summary>
    /// Nothing yet. A zero that anybody can read is no harm here: it is the node's own, and what is made of it is added to real ciphertexts.
    /// </summary>
    private Ciphertext Zero(Ciphertext fresh, KeptValue kept) =>
        _evaluator.DropLevel(_evaluator.Subtract(fresh, fresh).WithScale(1), kept.Level).WithScale(kept.Scale);
}

/// <summary>What one run of a live circuit gives.</summary>
/// <param name="Forecast">
/// At the plan's output level and scale. A forecast of animals only once a whole window has been taken in; before that, of nothing.
/// </param>
/// <param name="Kept">One ciphertext for each of <see cref="LiveMemory.Kept"/>.</param>
public sealed record LiveStep(Ciphertext Forecast, IReadOnlyList<Ciphertext> Kept);
