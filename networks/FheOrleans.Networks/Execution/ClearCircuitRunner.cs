using System.Numerics;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>Runs a circuit on clear vectors of slots: the same instructions, with no encryption and exact weights. Thread-safe.</summary>
public sealed class ClearCircuitRunner
{
    private readonly CompiledCircuit _compiled;

    /// <summary>Makes a runner.</summary>
    public ClearCircuitRunner(CompiledCircuit compiled)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        _compiled = compiled;
    }

    /// <summary>Runs one batch.</summary>
    /// <param name="inputs">The plan's number of vectors, each with a number for every slot.</param>
    /// <returns>The results, before the client's epilogue: a vector for each output.</returns>
    /// <exception cref="CircuitInputException">The vectors are not as many or not as long as the plan says.</exception>
    public Complex[][] Run(IReadOnlyList<Complex[]> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != _compiled.Plan.InputCiphertexts)
            throw new CircuitInputException("inputs", $"{inputs.Count} vectors", $"{_compiled.Plan.InputCiphertexts}");
        return RunWith(inputs);
    }

    /// <summary>Runs with what a live circuit recalls after the plan's inputs; returns the result and what it keeps.</summary>
    internal Complex[][] RunWith(IReadOnlyList<Complex[]> inputs) =>
        CircuitInterpreter.Run(_compiled.Program, new Backend(inputs, _compiled.Plan.SlotCount), CancellationToken.None, null);

    private sealed class Backend(IReadOnlyList<Complex[]> inputs, int slots) : ICircuitBackend<Complex[]>
    {
        public Complex[] Input(Instruction instruction)
        {
            var vector = inputs[instruction.Argument];
            return vector is not null && vector.Length == slots
                ? vector
                : throw new CircuitInputException($"input {instruction.Argument}", $"{vector?.Length ?? 0} slots", $"{slots}");
        }

        public Complex[] MultiplyScalar(Complex[] operand, double value, double plainScale) => Map(operand, x => x * value);

        public void MultiplyScalarInto(Complex[] sum, Complex[] operand, double value, double plainScale)
        {
            for (var i = 0; i < sum.Length; i++) sum[i] += operand[i] * value;
        }

        public Complex[] AddScalar(Complex[] operand, Instruction instruction)
        {
            var value = new Complex(instruction.Value, instruction.IsForBothParts ? instruction.Value : 0);
            return Map(operand, x => x + value);
        }

        public Complex[] SubtractFromScalar(double value, Complex[] operand) => Map(operand, x => value - x);

        public void AddInto(Complex[] sum, Complex[] operand)
        {
            for (var i = 0; i < sum.Length; i++) sum[i] += operand[i];
        }

        public Complex[] Negate(Complex[] operand) => Map(operand, x => -x);

        public Complex[] Square(Complex[] operand) => Map(operand, x => x * x);

        public Complex[] Multiply(Complex[] left, Complex[] right)
        {
            var product = new Complex[left.Length];
            MultiplyInto(product, left, right);
            return product;
        }

        public void MultiplyInto(Complex[] sum, Complex[] left, Complex[] right)
        {
            for (var i = 0; i < sum.Length; i++) sum[i] += left[i] * right[i];
        }

        public Complex[] Relinearize(Complex[] operand) => operand;

        public Complex[] Rescale(Complex[] operand) => operand;

        public Complex[] DropLevel(Complex[] operand, int level) => operand;

        public Complex[] Rotate(Complex[] operand, int step) => [.. operand.AsSpan(step), .. operand.AsSpan(0, step)];

        public Complex[] Conjugate(Complex[] operand) => Map(operand, Complex.Conjugate);

        public Complex[] Checked(Complex[] result, Instruction instruction) => result;

        private static Complex[] Map(Complex[] operand, Func<Complex, Complex> function) => Array.ConvertAll(operand, x => function(x));
    }
}
