using System.Numerics;
using System.Runtime.InteropServices;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Layers;

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
    /// <exception cref="CircuitInputException">The vectors are not as many or not as long as the plan says, or the circuit is a live one.</exception>
    public Complex[][] Run(IReadOnlyList<Complex[]> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        LiveCircuitRunner.RequireNotLive(_compiled.Plan, nameof(ClearLiveRunner));
        if (inputs.Count != _compiled.Plan.InputCiphertexts)
            throw new CircuitInputException("inputs", $"{inputs.Count} vectors", $"{_compiled.Plan.InputCiphertexts}");
        return RunWith(inputs);
    }

    /// <summary>Runs with what a live circuit recalls after the plan's inputs; returns the result and what it keeps.</summary>
    internal Complex[][] RunWith(IReadOnlyList<Complex[]> inputs)
    {
        var circuit = _compiled.Program;
        var registers = new Complex[circuit.RegisterCount][];
        var left = circuit.Reads.ToArray();
        foreach (var instruction in circuit.Instructions)
        {
            registers[instruction.Target] = Step(instruction, registers, inputs);
            foreach (var register in instruction.Reads())
            {
                if (--left[register] == 0) registers[register] = [];
            }
        }
        return [.. circuit.Outputs.Select(output => registers[output]), .. circuit.Memory.Kept.Select(kept => registers[kept.Register])];
    }

    private Complex[] Step(Instruction instruction, Complex[][] registers, IReadOnlyList<Complex[]> inputs)
    {
        Complex[] Left() => registers[instruction.Left];
        Complex[] Right() => registers[instruction.Right];
        Complex[] Target() => registers[instruction.Target];
        Complex[] Combine(Complex[] start) =>
            instruction.Operands.Aggregate(start, (sum, term) => Add(sum, registers[term.Register], term.Factor));
        var value = instruction.Value;
        return instruction.Operation switch
        {
            Operation.Input => Input(inputs[instruction.Argument], instruction.Argument),
            Operation.MultiplyScalar => Add(new Complex[Left().Length], Left(), value),
            Operation.MultiplyScalarAdd => Add(Left(), Right(), value),
            Operation.MultiplyBlocks => AddProduct(new Complex[Left().Length], Left(), Blocks(instruction)),
            Operation.Combine => Combine(new Complex[_compiled.Plan.SlotCount]),
            Operation.CombineAdd => Combine(Target()),
            Operation.AddScalar => Add(Constant(value, instruction.IsForBothParts ? value : 0), Left(), 1),
            Operation.SubtractFromScalar => Add(Constant(value, 0), Left(), -1),
            Operation.Add => Add(Left(), Right(), 1),
            Operation.Negate => Add(new Complex[Left().Length], Left(), -1),
            Operation.Square => AddProduct(new Complex[Left().Length], Left(), Left()),
            Operation.Multiply => AddProduct(new Complex[Left().Length], Left(), Right()),
            Operation.MultiplyAdd => AddProduct(Target(), Left(), Right()),
            Operation.Relinearize or Operation.Rescale or Operation.DropLevel => Left(),
            Operation.Rotate => [.. Left().AsSpan(instruction.Argument), .. Left().AsSpan(0, instruction.Argument)],
            Operation.Conjugate => Array.ConvertAll(Left(), Complex.Conjugate),
            _ => throw new InvalidOperationException($"The instruction {instruction.Operation} is not known."),
        };
    }

    private Complex[] Input(Complex[] vector, int index) => vector is not null && vector.Length == _compiled.Plan.SlotCount
        ? vector
        : throw new CircuitInputException($"input {index}", $"{vector?.Length ?? 0} slots", $"{_compiled.Plan.SlotCount}");

    private Complex[] Blocks(Instruction instruction)
    {
        var vector = new Complex[_compiled.Plan.SlotCount];
        CircuitConstants.Fill(instruction.Blocks, vector.AsSpan(), value => new Complex(value, 0));
        return vector;
    }

    private Complex[] Constant(double real, double imaginary)
    {
        var vector = new Complex[_compiled.Plan.SlotCount];
        Array.Fill(vector, new Complex(real, imaginary));
        return vector;
    }

    private static Complex[] Add(Complex[] sum, Complex[] operand, double factor)
    {
        VectorMath.AddScaled(factor, MemoryMarshal.Cast<Complex, double>(operand), MemoryMarshal.Cast<Complex, double>(sum.AsSpan()));
        return sum;
    }

    private static Complex[] AddProduct(Complex[] sum, Complex[] left, Complex[] right)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] += left[i] * right[i];
        return sum;
    }
}
