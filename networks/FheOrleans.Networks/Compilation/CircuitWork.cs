namespace FheOrleans.Networks.Compilation;

/// <summary>
/// What evaluating one batch takes, counted in steps over one polynomial modulo one prime (N residues): the same on every machine.
/// </summary>
/// <param name="Transforms">Number theoretic transforms: with l limbs a key switch has (l+1)(l+2), a rescaling l for each polynomial.</param>
/// <param name="Terms">Scalar products added to a sum.</param>
/// <param name="Products">Products of two polynomials, those with evaluation keys included.</param>
/// <param name="Passes">Everything else that reads and writes residues one by one: sums, constants, changed signs, copies.</param>
public readonly record struct CircuitWork(long Transforms, long Terms, long Products, long Passes)
{
    internal static CircuitWork Of(IEnumerable<Instruction> instructions)
    {
        var work = default(CircuitWork);
        foreach (var instruction in instructions) work = work.Plus(Of(instruction));
        return work;
    }

    private CircuitWork Plus(CircuitWork other) =>
        new(Transforms + other.Transforms, Terms + other.Terms, Products + other.Products, Passes + other.Passes);

    private static CircuitWork Of(Instruction instruction)
    {
        long limbs = instruction.Level + 1;
        var words = instruction.Size * limbs;
        return instruction.Operation switch
        {
            Operation.Relinearize or Operation.Rotate or Operation.Conjugate =>
                new((limbs + 1) * (limbs + 2), 0, 2 * limbs * (limbs + 1), 2 * words),
            Operation.Rescale => new(instruction.Size * (limbs + 1), 0, 0, words),
            Operation.MultiplyScalar or Operation.MultiplyScalarAdd => new(0, words, 0, 0),
            Operation.Combine or Operation.CombineAdd => new(0, instruction.Operands.Length * words, 0, words),
            Operation.MultiplyBlocks => new(0, 0, words, 0),
            Operation.Square => new(0, 0, 3 * limbs, 0),
            Operation.Multiply or Operation.MultiplyAdd => new(0, 0, 2 * (instruction.Size - 1) * limbs, 0),
            Operation.Input => default,
            _ => new(0, 0, 0, words),
        };
    }
}
