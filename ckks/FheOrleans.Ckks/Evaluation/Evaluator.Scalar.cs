using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Encoding;

namespace FheOrleans.Ckks;

/// <content>
/// One number for every slot. The polynomial of a constant vector is a constant, whose transform is that residue everywhere: no
/// encoding, no transform, one prepared factor for each prime.
/// </content>
public sealed partial class Evaluator
{
    /// <summary>ciphertext + value in every slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="value">Finite; added as the integer round(value·Scale).</param>
    /// <returns>Same size, level and scale.</returns>
    /// <exception cref="EncodingException">The value is not finite, or too large for the modulus at this scale.</exception>
    public Ciphertext AddScalar(Ciphertext ciphertext, double value)
    {
        Require(ciphertext);
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, ciphertext.Size);
        AddScalar(ciphertext, value, result);
        return result;
    }

    /// <summary>destination = ciphertext + value in every slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="value">Finite; added as the integer round(value·Scale).</param>
    /// <param name="destination">Gets the same size, level and scale. May be the operand.</param>
    /// <exception cref="EncodingException">The value is not finite, or too large for the modulus at this scale.</exception>
    public void AddScalar(Ciphertext ciphertext, double value, Ciphertext destination)
    {
        Require(ciphertext);
        RequireDestination(destination);
        var integer = Scalar(value, ciphertext.Scale, ciphertext.Level);
        destination.Reshape(ciphertext.Level, ciphertext.Size, ciphertext.Scale);
        AddConstant(ciphertext, integer, destination);
        CopyPolynomials(ciphertext, destination, 1, destination.Size);
    }

    /// <summary>value - ciphertext in every slot.</summary>
    /// <param name="value">Finite; taken as the integer round(value·Scale).</param>
    /// <param name="ciphertext">Any size.</param>
    /// <returns>Same size, level and scale.</returns>
    /// <exception cref="EncodingException">The value is not finite, or too large for the modulus at this scale.</exception>
    public Ciphertext SubtractFromScalar(double value, Ciphertext ciphertext)
    {
        Require(ciphertext);
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, ciphertext.Size);
        SubtractFromScalar(value, ciphertext, result);
        return result;
    }

    /// <summary>destination = value - ciphertext in every slot.</summary>
    /// <param name="value">Finite; taken as the integer round(value·Scale).</param>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="destination">Gets the same size, level and scale. May be the operand.</param>
    /// <exception cref="EncodingException">The value is not finite, or too large for the modulus at this scale.</exception>
    public void SubtractFromScalar(double value, Ciphertext ciphertext, Ciphertext destination)
    {
        Require(ciphertext);
        RequireDestination(destination);
        var integer = Scalar(value, ciphertext.Scale, ciphertext.Level);
        Negate(ciphertext, destination);
        AddConstant(destination, integer, destination);
    }

    /// <summary>ciphertext · value in every slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="value">Finite; multiplied as the integer round(value·scale).</param>
    /// <param name="scale">Positive and normal.</param>
    /// <returns>Same size and level, scale ciphertext.Scale·scale; not rescaled.</returns>
    /// <exception cref="EncodingException">The value is not finite, or too large for the modulus at this scale.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    /// <remarks>A value that rounds to zero gives zeros, which anyone can read (SEAL calls that transparent): leave such terms out of sums.</remarks>
    public Ciphertext MultiplyScalar(Ciphertext ciphertext, double value, double scale)
    {
        Require(ciphertext);
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, ciphertext.Size);
        MultiplyScalar(ciphertext, value, scale, result);
        return result;
    }

    /// <summary>destination = ciphertext · value in every slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="value">Finite; multiplied as the integer round(value·scale).</param>
    /// <param name="scale">Positive and normal.</param>
    /// <param name="destination">Gets the same size and level, scale ciphertext.Scale·scale. May be the operand.</param>
    /// <exception cref="EncodingException">The value is not finite, or too large for the modulus at this scale.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    public void MultiplyScalar(Ciphertext ciphertext, double value, double scale, Ciphertext destination)
    {
        Require(ciphertext);
        RequireDestination(destination);
        var product = ProductScale("multiply by a scalar", ciphertext.Scale, scale, ciphertext.Level);
        var integer = Scalar(value, scale, ciphertext.Level);
        destination.Reshape(ciphertext.Level, ciphertext.Size, product);
        for (var j = 0; j < destination.LimbCount; j++)
        {
            var q = Context.Moduli[j];
            var factor = new ShoupFactor(integer.Residue(q), q.Value);
            for (var p = 0; p < destination.Size; p++)
                LimbKernels.MultiplyConstant(ciphertext.MutableLimb(p, j), factor, destination.MutableLimb(p, j), q);
        }
    }

    /// <summary>accumulator += ciphertext · value in every slot: the inner step of a weighted sum.</summary>
    /// <param name="accumulator">Changed. At least as large as <paramref name="ciphertext"/>; same level; scale ciphertext.Scale·scale.</param>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="value">Finite; multiplied as the integer round(value·scale).</param>
    /// <param name="scale">Positive and normal.</param>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The accumulator does not have the scale of the product.</exception>
    /// <exception cref="CiphertextSizeException">The accumulator is smaller.</exception>
    /// <exception cref="EncodingException">The value is not finite, or too large for the modulus at this scale.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    public void MultiplyScalarAddInPlace(Ciphertext accumulator, Ciphertext ciphertext, double value, double scale)
    {
        RequireSameLevel("multiply by a scalar and add", accumulator, ciphertext);
        var product = ProductScale("multiply by a scalar and add", ciphertext.Scale, scale, ciphertext.Level);
        RequireSameScale("multiply by a scalar and add", accumulator.Scale, product);
        if (accumulator.Size < ciphertext.Size)
            throw new CiphertextSizeException("multiply by a scalar and add in place", accumulator.Size, $"an accumulator of at least {ciphertext.Size}");
        var integer = Scalar(value, scale, ciphertext.Level);
        accumulator.ForgetSeed();
        for (var j = 0; j < ciphertext.LimbCount; j++)
        {
            var q = Context.Moduli[j];
            var factor = new ShoupFactor(integer.Residue(q), q.Value);
            for (var p = 0; p < ciphertext.Size; p++)
                LimbKernels.MultiplyConstantAdd(accumulator.MutableLimb(p, j), ciphertext.MutableLimb(p, j), factor, q);
        }
    }

    /// <summary>The first polynomial of destination = that of the ciphertext + integer; they may be the same.</summary>
    private void AddConstant(Ciphertext ciphertext, ScaledInteger integer, Ciphertext destination)
    {
        for (var j = 0; j < destination.LimbCount; j++)
        {
            var q = Context.Moduli[j];
            LimbKernels.AddConstant(ciphertext.MutableLimb(0, j), integer.Residue(q), destination.MutableLimb(0, j), q);
        }
    }

    /// <summary>The product of two scales, checked.</summary>
    private double ProductScale(string operation, double left, double right, int level)
    {
        ScaleRules.RequireWithinModulus(operation, right, Parameters, level);
        var product = left * right;
        ScaleRules.RequireWithinModulus(operation, product, Parameters, level);
        return product;
    }

    private ScaledInteger Scalar(double value, double scale, int level)
    {
        if (!double.IsFinite(value)) throw new EncodingException("Cannot use a scalar that is not a finite number.");
        var scaled = value * scale;
        if (!(Math.Abs(scaled) < Context.HalfModulusByLevel[level]))
        {
            throw new EncodingException(
                $"Cannot use this scalar: at scale 2^{Math.Log2(scale):F1} it needs more than the {Parameters.ModulusBitsAtLevel(level)} bits "
                + $"of the modulus at level {level}. Use a smaller scale or a higher level.");
        }
        return new ScaledInteger(scaled);
    }
}
