using System.Diagnostics.CodeAnalysis;
using FheOrleans.Ckks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// Runs a circuit on ciphertexts. Thread-safe and reusable: one runner serves all batches of one key set. For live circuits there is
/// <see cref="LiveCircuitRunner"/>.
/// </summary>
public sealed class CkksCircuitRunner
{
    private readonly CompiledCircuit _compiled;
    private readonly InstructionRunner _instructions;
    private readonly CiphertextPool _pool;
    private CircuitRun? _idle;

    /// <summary>Makes a runner, and checks that parameters and keys are those the circuit was compiled for.</summary>
    /// <param name="compiled">The circuit.</param>
    /// <param name="parameters">The data owner's parameters: equal to the plan's.</param>
    /// <param name="relinearizationKeys">The data owner's; may be null if the plan needs none.</param>
    /// <param name="galoisKeys">The data owner's, with every step the plan names and conjugation if it needs that; may be null if neither.</param>
    /// <param name="pool">Where it gets memory for intermediate values, shared with other runners; null for one of its own.</param>
    /// <exception cref="CircuitInputException">Parameters differ, or a key is missing.</exception>
    public CkksCircuitRunner(
        CompiledCircuit compiled, CkksParameters parameters, RelinearizationKeys? relinearizationKeys = null, GaloisKeys? galoisKeys = null,
        CiphertextPool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        ArgumentNullException.ThrowIfNull(parameters);
        var plan = compiled.Plan;
        if (parameters.PolynomialDegree != plan.PolynomialDegree || !parameters.Primes.AsSpan().SequenceEqual(plan.Primes.AsSpan()))
            throw new CircuitInputException("parameters", "another ring or other primes", "those of the circuit's plan");
        if (plan.NeedsRelinearizationKeys && relinearizationKeys is null)
            throw new CircuitInputException("relinearization keys", "none", "those of the data owner");
        foreach (var step in plan.RotationSteps)
        {
            if (galoisKeys is null || !galoisKeys.Contains(step))
                throw new CircuitInputException("Galois keys", $"no key for step {step}", $"keys for steps {string.Join(", ", plan.RotationSteps)}");
        }
        if (plan.NeedsConjugationKey && galoisKeys?.ContainsConjugation != true)
            throw new CircuitInputException("Galois keys", "no key for conjugation", "one");
        if (pool is not null && !pool.Parameters.Equals(parameters))
            throw new CircuitInputException("pool", "one of another ring or other primes", "one of the circuit's parameters");
        (_compiled, _pool) = (compiled, pool ?? new CiphertextPool(parameters));
        _instructions = new InstructionRunner(parameters, compiled.Constants, relinearizationKeys, galoisKeys);
    }

    /// <summary>Evaluates one batch.</summary>
    /// <param name="inputs">
    /// The plan's number of ciphertexts, each at the plan's input level and scale. Each is asked for once, shortly before it is needed, so a
    /// list may load them as it goes; with helpers, from several threads at once.
    /// </param>
    /// <param name="cancellation">Checked before every instruction.</param>
    /// <param name="progress">Told the part done by the calling thread, 0 to 1, at most a hundred times.</param>
    /// <param name="threads">Who may help the calling thread; nobody by default. The result is the same to the bit.</param>
    /// <returns>The results: the plan's number of ciphertexts, at its output level and scale.</returns>
    /// <exception cref="CircuitInputException">An input is not as the plan says, or the circuit is a live one.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    [SuppressMessage("Design", "CA1068", Justification = "Progress and helpers are seldom wanted, cancellation always.")]
    public Ciphertext[] Run(
        IReadOnlyList<Ciphertext> inputs, CancellationToken cancellation = default, IProgress<double>? progress = null, RunThreads? threads = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        LiveCircuitRunner.RequireNotLive(_compiled.Plan, nameof(LiveCircuitRunner));
        if (inputs.Count != _compiled.Plan.InputCiphertexts)
            throw new CircuitInputException("inputs", $"{inputs.Count} ciphertexts", $"{_compiled.Plan.InputCiphertexts}");
        return RunWith(inputs, cancellation, progress, threads);
    }

    /// <summary>Runs with what a live circuit recalls after the plan's inputs; returns the result and what it keeps.</summary>
    internal Ciphertext[] RunWith(
        IReadOnlyList<Ciphertext> inputs, CancellationToken cancellation, IProgress<double>? progress, RunThreads? threads = null)
    {
        // The arrays of the last run that succeeded serve the next one. A run beside others makes its own, and one set of them is kept.
        var run = Interlocked.Exchange(ref _idle, null) ?? new CircuitRun(_compiled.Program, _instructions, _pool);
        var results = run.Run(inputs, threads ?? RunThreads.One, cancellation, progress);
        Volatile.Write(ref _idle, run);
        return results;
    }
}
