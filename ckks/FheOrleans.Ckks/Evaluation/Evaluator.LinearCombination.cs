using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Encoding;

namespace FheOrleans.Ckks;

/// <content>Weighted sums: what a convolution or a dense layer does most.</content>
public sealed partial class Evaluator
{
    /// <summary>The weighted sum Σ factors[k]·operands[k] in every slot, with one reduction at its end.</summary>
    /// <param name="operands">At least one; all of the same size, level and scale. An operand may occur twice.</param>
    /// <param name="factors">As many finite numbers; multiplied as the integers round(factor·plainScale).</param>
    /// <param name="plainScale">Positive and normal.</param>
    /// <returns>Same size and level, scale Scale·plainScale; not rescaled. The same words as by products and sums one at a time.</returns>
    /// <exception cref="ArgumentException">There is no operand, or not as many factors.</exception>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    /// <exception cref="CiphertextSizeException">The sizes differ.</exception>
    /// <exception cref="EncodingException">A factor is not finite, or too large for the modulus at this scale.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    public Ciphertext LinearCombination(ReadOnlySpan<Ciphertext> operands, ReadOnlySpan<double> factors, double plainScale)
    {
        RequireTerms(operands, factors);
        var result = Ciphertext.Unwritten(Parameters, operands[0].Level, operands[0].Size);
        LinearCombination(operands, factors, plainScale, result);
        return result;
    }

    /// <summary>destination = Σ factors[k]·operands[k] in every slot, in one pass over memory.</summary>
    /// <param name="operands">At least one; all of the same size, level and scale. An operand may occur twice.</param>
    /// <param name="factors">As many finite numbers; multiplied as the integers round(factor·plainScale).</param>
    /// <param name="plainScale">Positive and normal.</param>
    /// <param name="destination">Gets the same size and level, scale Scale·plainScale. May be an operand.</param>
    /// <exception cref="ArgumentException">There is no operand, or not as many factors.</exception>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    /// <exception cref="CiphertextSizeException">The sizes differ.</exception>
    /// <exception cref="EncodingException">A factor is not finite, or too large for the modulus at this scale.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    public void LinearCombination(ReadOnlySpan<Ciphertext> operands, ReadOnlySpan<double> factors, double plainScale, Ciphertext destination)
    {
        RequireTerms(operands, factors);
        RequireDestination(destination);
        var product = ProductScale("combine", operands[0].Scale, plainScale, operands[0].Level);
        Combine(operands, factors, plainScale, destination, product, accumulate: false);
    }

    /// <summary>accumulator += Σ factors[k]·operands[k] in every slot, in one pass over memory.</summary>
    /// <param name="accumulator">Changed. Size and level of the operands, scale Scale·plainScale. With a plainScale of 1 it may be an operand.</param>
    /// <param name="operands">At least one; all of the same size, level and scale.</param>
    /// <param name="factors">As many finite numbers; multiplied as the integers round(factor·plainScale).</param>
    /// <param name="plainScale">Positive and normal.</param>
    /// <exception cref="ArgumentException">There is no operand, or not as many factors.</exception>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ, or the accumulator's is not that of the products.</exception>
    /// <exception cref="CiphertextSizeException">The sizes differ.</exception>
    /// <exception cref="EncodingException">A factor is not finite, or too large for the modulus at this scale.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    public void LinearCombinationAddInPlace(Ciphertext accumulator, ReadOnlySpan<Ciphertext> operands, ReadOnlySpan<double> factors, double plainScale)
    {
        RequireTerms(operands, factors);
        RequireSameLevel("combine and add", accumulator, operands[0]);
        RequireSameScale("combine and add", accumulator.Scale, ProductScale("combine and add", operands[0].Scale, plainScale, operands[0].Level));
        RequireSize("combine and add in place", accumulator, operands[0].Size);
        Combine(operands, factors, plainScale, accumulator, accumulator.Scale, accumulate: true);
    }

    private void RequireTerms(ReadOnlySpan<Ciphertext> operands, ReadOnlySpan<double> factors)
    {
        if (operands.IsEmpty || operands.Length != factors.Length)
            throw new ArgumentException($"A combination needs at least one operand and a factor for each: found {operands.Length} and {factors.Length}.");
        foreach (var operand in operands)
        {
            RequireSameLevel("combine", operands[0], operand);
            RequireSameScale("combine", operands[0].Scale, operand.Scale);
            RequireSize("combine", operand, operands[0].Size);
        }
    }

    private void Combine(
        ReadOnlySpan<Ciphertext> operands, ReadOnlySpan<double> factors, double plainScale, Ciphertext destination, double scale, bool accumulate)
    {
        var level = operands[0].Level;
        using var integers = new RentedArray<ScaledInteger>(factors.Length);
        for (var k = 0; k < factors.Length; k++) integers.Span[k] = Scalar(factors[k], plainScale, level);

        destination.Reshape(level, operands[0].Size, scale);
        using var terms = new RentedArray<CombinationTerm>(factors.Length);
        for (var j = 0; j < destination.LimbCount; j++)
        {
            var q = Context.Moduli[j];
            for (var k = 0; k < factors.Length; k++) terms.Span[k] = new CombinationTerm(integers.Span[k].Residue(q), q);
            for (var p = 0; p < destination.Size; p++)
            {
                for (var k = 0; k < factors.Length; k++) terms.Span[k].Words = operands[k].AlignedLimb(p, j);
                LimbKernels.Combine(terms.Span, destination.MutableLimb(p, j), accumulate, q);
            }
        }
    }
}
