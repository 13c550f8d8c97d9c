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
    /// <returns>The results, before the client's epilogue: one vector.</returns>
    /// <exception cref="CircuitInputException">The vectors are not as many or not as long as the plan says.</exception>
    public double[][] Run(IReadOnlyList<double[]> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count != _compiled.Plan.InputCiphertexts)
            throw new CircuitInputException("inputs", $"{inputs.Count} vectors", $"{_compiled.Plan.InputCiphertexts}");
        return RunWith(inputs);
    }

    /// <summary>Runs with what a live circuit recalls after the plan's inputs; returns the result and what it keeps.</summary>
    internal double[][] RunWith(IReadOnlyList<double[]> inputs) =>
        CircuitInterpreter.Run(_compiled.Program, new Backend(inputs, _compiled.Plan.SlotCount), CancellationToken.None, null);

    private sealed class Backend(IReadOnlyList<double[]> inputs, int slots) : ICircuitBackend<double[]>
    {
        public double[] Input(Instruction instruction)
        {
            var vector = inputs[instruction.Argument];
            return vector is not null && vector.Length == slots
                ? vector
                : throw new CircuitInputException($"input {instruction.Argument}", $"{vector?.Length ?? 0} slots", $"{slots}");
        }

        public double[] MultiplyScalar(double[] operand, double value, double plainScale) => Map(operand, x => x * value);

        public void MultiplyScalarInto(double[] sum, double[] operand, double value, double plainScale)
        {
            for (var i = 0; i < sum.Length; i++) sum[i] += operand[i] * value;
        }

        public double[] AddScalar(double[] operand, double value) => Map(operand, x => x + value);

        public double[] SubtractFromScalar(double value, double[] operand) => Map(operand, x => value - x);

        public void AddInto(double[] sum, double[] operand)
        {
            for (var i = 0; i < sum.Length; i++) sum[i] += operand[i];
        }

        public double[] Negate(double[] operand) => Map(operand, x => -x);

        public double[] Square(double[] operand) => Map(operand, x => x * x);

        public double[] Multiply(double[] left, double[] right)
        {
            var product = new double[left.Length];
            MultiplyInto(product, left, right);
            return product;
        }

        public void MultiplyInto(double[] sum, double[] left, double[] right)
        {
            for (var i = 0; i < sum.Length; i++) sum[i] += left[i] * right[i];
        }

        public double[] Relinearize(double[] operand) => operand;

        public double[] Rescale(double[] operand) => operand;

        public double[] DropLevel(double[] operand, int level) => operand;

        public double[] Rotate(double[] operand, int step) => [.. operand.AsSpan(step), .. operand.AsSpan(0, step)];

        public double[] Checked(double[] result, Instruction instruction) => result;

        private static double[] Map(double[] operand, Func<double, double> function) => Array.ConvertAll(operand, x => function(x));
    }
}
