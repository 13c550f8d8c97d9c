using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using FheOrleans.Ckks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>Runs a circuit on ciphertexts. Thread-safe and reusable: one runner serves all batches of one key set.</summary>
public sealed class CkksCircuitRunner
{
    private readonly CompiledCircuit _compiled;
    private readonly CkksParameters _parameters;
    private readonly RelinearizationKeys? _relinearizationKeys;
    private readonly GaloisKeys? _galoisKeys;
    private readonly Evaluator _evaluator;

    /// <summary>Makes a runner, and checks that parameters and keys are those the circuit was compiled for.</summary>
    /// <param name="compiled">The circuit.</param>
    /// <param name="parameters">The data owner's parameters: equal to the plan's.</param>
    /// <param name="relinearizationKeys">The data owner's; may be null if the plan needs none.</param>
    /// <param name="galoisKeys">The data owner's, with every step the plan names and conjugation if it needs that; may be null if neither.</param>
    /// <exception cref="CircuitInputException">Parameters differ, or a key is missing.</exception>
    public CkksCircuitRunner(
        CompiledCircuit compiled, CkksParameters parameters, RelinearizationKeys? relinearizationKeys = null, GaloisKeys? galoisKeys = null)
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
        (_compiled, _parameters, _relinearizationKeys, _galoisKeys) = (compiled, parameters, relinearizationKeys, galoisKeys);
        _evaluator = new Evaluator(parameters);
    }

    /// <summary>Evaluates one batch, on the calling thread.</summary>
    /// <param name="inputs">
    /// The plan's number of ciphertexts, each at the plan's input level and scale. Each is asked for once, when first needed, so a list
    /// may load them as it goes.
    /// </param>
    /// <param name="cancellation">Checked before every instruction.</param>
    /// <param name="progress">Told the part done, 0 to 1, at most a hundred times.</param>
    /// <returns>The results: the plan's number of ciphertexts, at its output level and scale.</returns>
    /// <exception cref="CircuitInputException">An input is not as the plan says.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    [SuppressMessage("Design", "CA1068", Justification = "Progress is seldom wanted, cancellation always.")]
    public Ciphertext[] Run(IReadOnlyList<Ciphertext> inputs, CancellationToken cancellation = default, IProgress<double>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != _compiled.Plan.InputCiphertexts)
            throw new CircuitInputException("inputs", $"{inputs.Count} ciphertexts", $"{_compiled.Plan.InputCiphertexts}");
        return RunWith(inputs, cancellation, progress);
    }

    /// <summary>Runs with what a live circuit recalls after the plan's inputs; returns the result and what it keeps.</summary>
    internal Ciphertext[] RunWith(IReadOnlyList<Ciphertext> inputs, CancellationToken cancellation, IProgress<double>? progress) =>
        CircuitInterpreter.Run(_compiled.Program, new Backend(this, inputs), cancellation, progress);

    private Plaintext BothParts(double value, Ciphertext operand)
    {
        var slots = new Complex[_parameters.SlotCount];
        Array.Fill(slots, new Complex(value, value));
        return new CkksEncoder(_parameters).Encode(slots, operand.Scale, operand.Level);
    }

    private sealed class Backend(CkksCircuitRunner runner, IReadOnlyList<Ciphertext> inputs) : ICircuitBackend<Ciphertext>
    {
        private readonly Evaluator _evaluator = runner._evaluator;

        public Ciphertext Input(Instruction instruction)
        {
            var input = inputs[instruction.Argument];
            var name = $"input {instruction.Argument}";
            if (input is null) throw new CircuitInputException(name, "nothing", "a ciphertext");
            if (!input.Parameters.Equals(runner._parameters)) throw new CircuitInputException(name, "other parameters", "those of the circuit");
            if (input.Size != 2) throw new CircuitInputException(name, $"size {input.Size}", "2");
            if (input.Level != instruction.Level) throw new CircuitInputException(name, $"level {input.Level}", $"{instruction.Level}");
            if (input.Scale != instruction.Scale) throw new CircuitInputException(name, $"scale {input.Scale:r}", $"{instruction.Scale:r}");
            return input;
        }

        public Ciphertext MultiplyScalar(Ciphertext operand, double value, double plainScale) =>
            _evaluator.MultiplyScalar(operand, value, plainScale);

        public void MultiplyScalarInto(Ciphertext sum, Ciphertext operand, double value, double plainScale) =>
            _evaluator.MultiplyScalarAddInPlace(sum, operand, value, plainScale);

        public Ciphertext AddScalar(Ciphertext operand, Instruction instruction)
        {
            var value = instruction.Value + instruction.Correction;
            return instruction.IsForBothParts
                ? _evaluator.AddPlain(operand, runner.BothParts(value, operand))
                : _evaluator.AddScalar(operand, value);
        }

        public Ciphertext SubtractFromScalar(double value, Ciphertext operand) => _evaluator.SubtractFromScalar(value, operand);

        public void AddInto(Ciphertext sum, Ciphertext operand) => _evaluator.AddInPlace(sum, operand);

        public Ciphertext Negate(Ciphertext operand) => _evaluator.Negate(operand);

        public Ciphertext Square(Ciphertext operand) => _evaluator.Square(operand);

        public Ciphertext Multiply(Ciphertext left, Ciphertext right) => _evaluator.Multiply(left, right);

        public void MultiplyInto(Ciphertext sum, Ciphertext left, Ciphertext right) => _evaluator.MultiplyAddInPlace(sum, left, right);

        public Ciphertext Relinearize(Ciphertext operand) => _evaluator.Relinearize(operand, runner._relinearizationKeys!);

        public Ciphertext Rescale(Ciphertext operand) => _evaluator.Rescale(operand);

        public Ciphertext DropLevel(Ciphertext operand, int level) => _evaluator.DropLevel(operand, level);

        public Ciphertext Conjugate(Ciphertext operand) => _evaluator.Conjugate(operand, runner._galoisKeys!);

        public Ciphertext Rotate(Ciphertext operand, int step) => _evaluator.Rotate(operand, step, runner._galoisKeys!);

        /// <summary>The compiler's bookkeeping and the engine's must be one: a difference would be a wrong forecast, not a rounding error.</summary>
        public Ciphertext Checked(Ciphertext result, Instruction instruction)
        {
            if (result.Level != instruction.Level || result.Size != instruction.Size || Math.Abs(result.Scale / instruction.Scale - 1) > 1e-12)
            {
                throw new InvalidOperationException(
                    $"After {instruction.Operation}: level {result.Level}, size {result.Size}, scale {result.Scale:r}; "
                    + $"the circuit says level {instruction.Level}, size {instruction.Size}, scale {instruction.Scale:r}.");
            }
            return result;
        }
    }
}
