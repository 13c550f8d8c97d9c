using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <content>Products of ciphertexts and of a ciphertext with a plaintext.</content>
public sealed partial class Evaluator
{
    /// <summary>left · right, slot by slot; not relinearized, not rescaled.</summary>
    /// <param name="left">Size a.</param>
    /// <param name="right">Size b, same level. May be <paramref name="left"/> itself; <see cref="Square"/> is faster then.</param>
    /// <returns>Size a + b - 1, same level, scale left.Scale·right.Scale.</returns>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    /// <exception cref="CiphertextSizeException">The product would have more than 16 polynomials.</exception>
    public Ciphertext Multiply(Ciphertext left, Ciphertext right)
    {
        RequireSameLevel("multiply", left, right);
        var scale = ProductScale("multiply", left.Scale, right.Scale, left.Level);
        var result = Ciphertext.Zero(Parameters, left.Level, ProductSize(left, right), scale);
        for (var j = 0; j < left.LimbCount; j++)
        {
            if (left.Size == 2 && right.Size == 2) MultiplyPairs(left, right, result, j);
            else AddProducts(left, right, result, j);
        }
        return result;
    }

    /// <summary>ciphertext², slot by slot; not relinearized, not rescaled.</summary>
    /// <param name="ciphertext">Size a.</param>
    /// <returns>Size 2a - 1, same level, scale squared.</returns>
    /// <exception cref="ScaleRangeException">The square of the scale does not fit the level's modulus.</exception>
    /// <exception cref="CiphertextSizeException">The square would have more than 16 polynomials.</exception>
    public Ciphertext Square(Ciphertext ciphertext)
    {
        Require(ciphertext);
        if (ciphertext.Size != 2) return Multiply(ciphertext, ciphertext);
        var scale = ProductScale("square", ciphertext.Scale, ciphertext.Scale, ciphertext.Level);
        var result = Ciphertext.Zero(Parameters, ciphertext.Level, 3, scale);
        for (var j = 0; j < ciphertext.LimbCount; j++)
        {
            var q = Context.Moduli[j];
            var middle = result.MutableLimb(1, j);
            LimbKernels.Multiply(ciphertext.Limb(0, j), ciphertext.Limb(0, j), result.MutableLimb(0, j), q);
            LimbKernels.Multiply(ciphertext.Limb(0, j), ciphertext.Limb(1, j), middle, q);
            LimbKernels.Add(middle, middle, middle, q);
            LimbKernels.Multiply(ciphertext.Limb(1, j), ciphertext.Limb(1, j), result.MutableLimb(2, j), q);
        }
        return result;
    }

    /// <summary>accumulator += left · right, slot by slot: sums of products share one relinearization and one rescaling.</summary>
    /// <param name="accumulator">Changed. At least of the product's size, so never one of the factors; same level; scale left.Scale·right.Scale.</param>
    /// <param name="left">Size a.</param>
    /// <param name="right">Size b.</param>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The accumulator does not have the scale of the product.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    /// <exception cref="CiphertextSizeException">The accumulator is smaller than the product.</exception>
    public void MultiplyAddInPlace(Ciphertext accumulator, Ciphertext left, Ciphertext right)
    {
        RequireSameLevel("multiply", left, right);
        RequireSameLevel("multiply and add", accumulator, left);
        RequireSameScale("multiply and add", accumulator.Scale, ProductScale("multiply and add", left.Scale, right.Scale, left.Level));
        if (accumulator.Size < ProductSize(left, right))
            throw new CiphertextSizeException("multiply and add in place", accumulator.Size, $"an accumulator of at least {ProductSize(left, right)}");
        accumulator.ForgetSeed();
        for (var j = 0; j < left.LimbCount; j++) AddProducts(left, right, accumulator, j);
    }

    /// <summary>ciphertext · plaintext, slot by slot; not rescaled.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="plaintext">Same level.</param>
    /// <returns>Same size and level, scale ciphertext.Scale·plaintext.Scale.</returns>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    public Ciphertext MultiplyPlain(Ciphertext ciphertext, Plaintext plaintext)
    {
        RequireSameLevel("multiply by a plaintext", ciphertext, plaintext);
        var scale = ProductScale("multiply by a plaintext", ciphertext.Scale, plaintext.Scale, ciphertext.Level);
        var result = Ciphertext.Zero(Parameters, ciphertext.Level, ciphertext.Size, scale);
        ForEachLimb(ciphertext.Size, ciphertext.LimbCount, (p, j) =>
            LimbKernels.Multiply(ciphertext.Limb(p, j), plaintext.Limb(j), result.MutableLimb(p, j), Context.Moduli[j]));
        return result;
    }

    private static int ProductSize(Ciphertext left, Ciphertext right)
    {
        var size = left.Size + right.Size - 1;
        return size <= Ciphertext.MaximumSize
            ? size
            : throw new CiphertextSizeException("multiply", size, $"a product of at most {Ciphertext.MaximumSize}");
    }

    /// <summary>(a_0 b_0, a_0 b_1 + a_1 b_0, a_1 b_1) in one limb.</summary>
    private void MultiplyPairs(Ciphertext left, Ciphertext right, Ciphertext result, int j)
    {
        var q = Context.Moduli[j];
        LimbKernels.Multiply(left.Limb(0, j), right.Limb(0, j), result.MutableLimb(0, j), q);
        LimbKernels.MultiplyCross(left.Limb(0, j), left.Limb(1, j), right.Limb(0, j), right.Limb(1, j), result.MutableLimb(1, j), q);
        LimbKernels.Multiply(left.Limb(1, j), right.Limb(1, j), result.MutableLimb(2, j), q);
    }

    private void AddProducts(Ciphertext left, Ciphertext right, Ciphertext accumulator, int j)
    {
        for (var a = 0; a < left.Size; a++)
        {
            for (var b = 0; b < right.Size; b++)
                LimbKernels.MultiplyAdd(accumulator.MutableLimb(a + b, j), left.Limb(a, j), right.Limb(b, j), Context.Moduli[j]);
        }
    }
}
