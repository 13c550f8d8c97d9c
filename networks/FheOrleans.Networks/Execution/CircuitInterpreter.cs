using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>Runs a circuit's instructions in order over a backend, letting go of each register after its last use.</summary>
internal static class CircuitInterpreter
{
    /// <summary>How many times at most progress is told: often enough for a bar, seldom enough to cost nothing.</summary>
    private const int ProgressSteps = 100;

    /// <returns>The results, then what the circuit keeps.</returns>
    public static T[] Run<T>(Circuit circuit, ICircuitBackend<T> backend, CancellationToken cancellation, IProgress<double>? progress)
        where T : class
    {
        var registers = new T?[circuit.RegisterCount];
        var count = circuit.Instructions.Length;
        var reported = 0;
        for (var i = 0; i < count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var instruction = circuit.Instructions[i];
            registers[instruction.Target] = Step(instruction, backend, registers);
            if (instruction.ReleasesLeft) registers[instruction.Left] = null;
            if (instruction.ReleasesRight) registers[instruction.Right] = null;
            var step = (int)((i + 1L) * ProgressSteps / count);
            if (step == reported) continue;
            reported = step;
            progress?.Report((double)step / ProgressSteps);
        }
        return [.. circuit.Outputs.Select(output => registers[output]!), .. circuit.Memory.Kept.Select(kept => registers[kept.Register]!)];
    }

    private static T Step<T>(Instruction instruction, ICircuitBackend<T> backend, T?[] registers)
        where T : class
    {
        T Left() => registers[instruction.Left]!;
        T Right() => registers[instruction.Right]!;
        switch (instruction.Operation)
        {
            case Operation.MultiplyScalarAdd:
                backend.MultiplyScalarInto(Left(), Right(), instruction.Value, instruction.PlainScale);
                return Left();
            case Operation.Add:
                backend.AddInto(Left(), Right());
                return Left();
            case Operation.MultiplyAdd:
                backend.MultiplyInto(registers[instruction.Target]!, Left(), Right());
                return registers[instruction.Target]!;
        }
        var result = instruction.Operation switch
        {
            Operation.Input => backend.Input(instruction),
            Operation.MultiplyScalar => backend.MultiplyScalar(Left(), instruction.Value, instruction.PlainScale),
            Operation.AddScalar => backend.AddScalar(Left(), instruction),
            Operation.SubtractFromScalar => backend.SubtractFromScalar(instruction.Value, Left()),
            Operation.Negate => backend.Negate(Left()),
            Operation.Square => backend.Square(Left()),
            Operation.Multiply => backend.Multiply(Left(), Right()),
            Operation.Relinearize => backend.Relinearize(Left()),
            Operation.Rescale => backend.Rescale(Left()),
            Operation.DropLevel => backend.DropLevel(Left(), instruction.Level),
            Operation.Conjugate => backend.Conjugate(Left()),
            Operation.Rotate => backend.Rotate(Left(), instruction.Argument),
            _ => throw new InvalidOperationException($"The instruction {instruction.Operation} is not known."),
        };
        return backend.Checked(result, instruction);
    }
}
