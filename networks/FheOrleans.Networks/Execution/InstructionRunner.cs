using System.Buffers;
using FheOrleans.Ckks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// Runs single instructions on ciphertexts, into ciphertexts that are there already: it allocates nothing in steady state.
/// </summary>
internal sealed class InstructionRunner(
    CkksParameters parameters, CircuitConstants constants, RelinearizationKeys? relinearizationKeys, GaloisKeys? galoisKeys)
{
    private readonly Evaluator _evaluator = new(parameters);

    /// <summary>Runs one.</summary>
    /// <param name="instruction">The instruction; all it waits for is done.</param>
    /// <param name="reads">The registers it reads.</param>
    /// <param name="registers">Where they are.</param>
    /// <param name="inputs">The circuit's inputs.</param>
    /// <exception cref="CircuitInputException">An input is not as the plan says.</exception>
    public void Run(in Instruction instruction, int[] reads, Registers registers, IReadOnlyList<Ciphertext> inputs)
    {
        if (instruction.Operation == Operation.Input) registers.PutInput(instruction.Target, Checked(inputs[instruction.Argument], instruction));
        else if (instruction.IsInPlace) RunInPlace(instruction, registers);
        else RunInto(instruction, registers);
        CheckBooks(registers[instruction.Target], instruction);
        registers.Release(reads);
    }

    private void RunInPlace(in Instruction instruction, Registers registers)
    {
        var target = registers[instruction.Target];
        switch (instruction.Operation)
        {
            case Operation.MultiplyScalarAdd:
                _evaluator.MultiplyScalarAddInPlace(target, registers[instruction.Right], instruction.Value, instruction.PlainScale);
                break;
            case Operation.Add:
                _evaluator.AddInPlace(target, registers[instruction.Right]);
                break;
            case Operation.MultiplyAdd:
                _evaluator.MultiplyAddInPlace(target, registers[instruction.Left], registers[instruction.Right]);
                break;
            default:
                Combine(instruction, registers, target);
                break;
        }
    }

    private void RunInto(in Instruction instruction, Registers registers)
    {
        if (instruction.Operation == Operation.Combine)
        {
            Combine(instruction, registers, registers.Make(instruction));
            return;
        }

        // Taken before the target, which may be its ciphertext.
        var left = registers[instruction.Left];
        switch (instruction.Operation)
        {
            case Operation.MultiplyScalar:
                _evaluator.MultiplyScalar(left, instruction.Value, instruction.PlainScale, registers.MakeFrom(instruction));
                break;
            case Operation.MultiplyBlocks:
                var vector = constants.ForBlocks(instruction.Blocks, instruction.PlainScale, instruction.Level);
                _evaluator.MultiplyPlain(left, vector, registers.MakeFrom(instruction));
                break;
            case Operation.AddScalar:
                AddScalar(left, instruction, registers.MakeFrom(instruction));
                break;
            case Operation.SubtractFromScalar:
                _evaluator.SubtractFromScalar(instruction.Value, left, registers.MakeFrom(instruction));
                break;
            case Operation.Negate:
                _evaluator.Negate(left, registers.MakeFrom(instruction));
                break;
            case Operation.Square:
                _evaluator.Square(left, registers.Make(instruction));
                break;
            case Operation.Multiply:
                _evaluator.Multiply(left, registers[instruction.Right], registers.Make(instruction));
                break;
            case Operation.Relinearize:
                _evaluator.Relinearize(left, relinearizationKeys!, registers.Make(instruction));
                break;
            case Operation.Rescale:
                _evaluator.Rescale(left, registers.Make(instruction));
                break;
            case Operation.DropLevel:
                _evaluator.DropLevel(left, instruction.Level, registers.Make(instruction));
                break;
            case Operation.Rotate:
                _evaluator.Rotate(left, instruction.Argument, galoisKeys!, registers.Make(instruction));
                break;
            case Operation.Conjugate:
                _evaluator.Conjugate(left, galoisKeys!, registers.Make(instruction));
                break;
            default:
                throw new InvalidOperationException($"The instruction {instruction.Operation} is not known.");
        }
    }

    private void AddScalar(Ciphertext left, in Instruction instruction, Ciphertext target)
    {
        var value = instruction.Value + instruction.Correction;
        if (instruction.IsForBothParts) _evaluator.AddPlain(left, constants.ForBothParts(value, instruction.Scale, instruction.Level), target);
        else _evaluator.AddScalar(left, value, target);
    }

    private void Combine(in Instruction instruction, Registers registers, Ciphertext target)
    {
        var terms = instruction.Operands;
        var operands = ArrayPool<Ciphertext>.Shared.Rent(terms.Length);
        var factors = ArrayPool<double>.Shared.Rent(terms.Length);
        try
        {
            for (var i = 0; i < terms.Length; i++) (operands[i], factors[i]) = (registers[terms[i].Register], terms[i].Factor);
            var sources = operands.AsSpan(0, terms.Length);
            var weights = factors.AsSpan(0, terms.Length);
            if (instruction.Operation == Operation.Combine) _evaluator.LinearCombination(sources, weights, instruction.PlainScale, target);
            else _evaluator.LinearCombinationAddInPlace(target, sources, weights, instruction.PlainScale);
        }
        finally
        {
            ArrayPool<Ciphertext>.Shared.Return(operands, clearArray: true);
            // The weights are the model's, which whoever uses the pool next has no business with.
            ArrayPool<double>.Shared.Return(factors, clearArray: true);
        }
    }

    private Ciphertext Checked(Ciphertext? input, in Instruction instruction)
    {
        string Name(int index) => $"input {index}";
        var number = instruction.Argument;
        if (input is null) throw new CircuitInputException(Name(number), "nothing", "a ciphertext");
        if (!input.Parameters.Equals(parameters)) throw new CircuitInputException(Name(number), "other parameters", "those of the circuit");
        if (input.Size != 2) throw new CircuitInputException(Name(number), $"size {input.Size}", "2");
        if (input.Level != instruction.Level) throw new CircuitInputException(Name(number), $"level {input.Level}", $"{instruction.Level}");
        if (input.Scale != instruction.Scale) throw new CircuitInputException(Name(number), $"scale {input.Scale:r}", $"{instruction.Scale:r}");
        return input;
    }

    /// <summary>
    /// The compiler's bookkeeping and the engine's must be one: a difference would be a wrong forecast, not a rounding error.
    /// </summary>
    private static void CheckBooks(Ciphertext result, in Instruction instruction)
    {
        if (result.Level != instruction.Level || result.Size != instruction.Size || !(Math.Abs(result.Scale / instruction.Scale - 1) <= 1e-12))
        {
            throw new InvalidOperationException(
                $"After {instruction.Operation}: level {result.Level}, size {result.Size}, scale {result.Scale:r}; "
                + $"the circuit says level {instruction.Level}, size {instruction.Size}, scale {instruction.Scale:r}.");
        }
    }
}
