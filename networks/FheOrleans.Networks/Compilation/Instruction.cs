using System.Collections.Immutable;

namespace FheOrleans.Networks.Compilation;

/// <summary>What an instruction does. Left, Right and Target are registers; "in place" means that Target is Left.</summary>
public enum Operation
{
    /// <summary>Target = input number <see cref="Instruction.Argument"/>.</summary>
    Input,

    /// <summary>Target = Left * Value, the value encoded at <see cref="Instruction.PlainScale"/>.</summary>
    MultiplyScalar,

    /// <summary>Left += Right * Value, in place, the value encoded at <see cref="Instruction.PlainScale"/>.</summary>
    MultiplyScalarAdd,

    /// <summary>Target = the weighted sum of all <see cref="Instruction.Operands"/>; see <see cref="Instruction.PlainScale"/>.</summary>
    Combine,

    /// <summary>Target += the same, in place.</summary>
    CombineAdd,

    /// <summary>Target = Left + Value; see <see cref="Instruction.IsForBothParts"/> and <see cref="Instruction.Correction"/>.</summary>
    AddScalar,

    /// <summary>Target = Value - Left.</summary>
    SubtractFromScalar,

    /// <summary>Left += Right, in place.</summary>
    Add,

    /// <summary>Target = -Left.</summary>
    Negate,

    /// <summary>Target = Left * Left, of size 3.</summary>
    Square,

    /// <summary>Target = Left * Right, of size 3.</summary>
    Multiply,

    /// <summary>Register <see cref="Instruction.Target"/> += Left * Right, in place, of size 3.</summary>
    MultiplyAdd,

    /// <summary>Target = Left brought back to size 2.</summary>
    Relinearize,

    /// <summary>Target = Left divided by the last prime of its level.</summary>
    Rescale,

    /// <summary>Target = Left without its last primes, at <see cref="Instruction.Level"/>.</summary>
    DropLevel,

    /// <summary>Target = Left rotated left by <see cref="Instruction.Argument"/> slots.</summary>
    Rotate,

    /// <summary>Target = the complex conjugate of Left.</summary>
    Conjugate,

    /// <summary>Target = Left * the vector of <see cref="Instruction.Blocks"/>, encoded at <see cref="Instruction.PlainScale"/>.</summary>
    MultiplyBlocks,
}

/// <summary>One term of a combination.</summary>
/// <param name="Register">What is weighted.</param>
/// <param name="Factor">By how much.</param>
public readonly record struct WeightedRegister(int Register, double Factor);

/// <summary>One step of a circuit, over numbered registers.</summary>
/// <param name="Operation">What it does.</param>
/// <param name="Target">The register that holds the result.</param>
/// <param name="Left">First operand; -1 if none.</param>
/// <param name="Right">Second operand; -1 if none.</param>
/// <param name="Value">The constant, where there is one.</param>
/// <param name="PlainScale">The scale the constant is encoded at, where that can be chosen.</param>
/// <param name="Argument">Input number or rotation step.</param>
/// <param name="Level">Level of the result.</param>
/// <param name="Scale">Scale of the result.</param>
/// <param name="Size">Polynomials in the result: 2, or more before relinearization.</param>
public readonly record struct Instruction(
    Operation Operation, int Target, int Left, int Right, double Value, double PlainScale, int Argument, int Level, double Scale, int Size)
{
    /// <summary>Whether the constant c stands in the imaginary part as well, c (1 + i), for the second series of a slot.</summary>
    public bool IsForBothParts { get; init; }

    /// <summary>
    /// Added to the constant on ciphertexts, where weights are rounded: what that takes away on average. A clear run has exact weights and
    /// leaves it out.
    /// </summary>
    public double Correction { get; init; }

    /// <summary>What a combination adds up: at least two, all of one level, scale and size; empty for other operations.</summary>
    public ImmutableArray<WeightedRegister> Operands { get; init; } = [];

    /// <summary>
    /// A vector by blocks: the slots are cut into as many equal blocks, and this is the value in every slot of each; empty for other operations.
    /// </summary>
    public ImmutableArray<double> Blocks { get; init; } = [];

    /// <summary>The registers it reads, each once, but for the target that it changes in place.</summary>
    internal int[] Reads()
    {
        var target = Target;
        var registers = Operands.Select(operand => operand.Register).Append(Left).Append(Right);
        return [.. registers.Where(register => register >= 0 && register != target).Distinct()];
    }

    /// <summary>Whether it changes the target that an earlier instruction made, instead of making it.</summary>
    internal bool IsInPlace => Operation is Operation.MultiplyScalarAdd or Operation.CombineAdd or Operation.Add or Operation.MultiplyAdd;
}
