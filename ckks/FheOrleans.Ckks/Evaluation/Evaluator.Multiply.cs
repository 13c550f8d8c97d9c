using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <content>Products of ciphertexts and of a ciphertext with a plaintext.</content>
public sealed partial class Evaluator
{
    /// <summary>left · right, slot by slot; not relinearized, not rescaled.</summary>
    /// <param name="left">Size a.</param>
    /// <param name="right">Size b, same level. May be <paramref name="left"/> itself; <see cref="Square(Ciphertext)"/> is faster then.</param>
    /// <returns>Size a + b - 1, same level, scale left.Scale·right.Scale.</returns>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    /// <exception cref="CiphertextSizeException">The product would have more than 16 polynomials.</exception>
    public Ciphertext Multiply(Ciphertext left, Ciphertext right)
    {
        RequireSameLevel("multiply", left, right);
        var result = Ciphertext.Unwritten(Parameters, left.Level, ProductSize(left, right));
        Multiply(left, right, result);
        return result;
    }

    /// <summary>destination = left · right, slot by slot; not relinearized, not rescaled.</summary>
    /// <param name="left">Size a.</param>
    /// <param name="right">Size b, same level. May be <paramref name="left"/> itself.</param>
    /// <param name="destination">Gets size a + b - 1, same level, scale left.Scale·right.Scale. May be an operand if both have size 2.</param>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    /// <exception cref="CiphertextSizeException">The product would have more than 16 polynomials.</exception>
    /// <exception cref="ArgumentException">The destination is an operand, and one is larger than 2.</exception>
    public void Multiply(Ciphertext left, Ciphertext right, Ciphertext destination)
    {
        RequireSameLevel("multiply", left, right);
        RequireDestination(destination);
        var scale = ProductScale("multiply", left.Scale, right.Scale, left.Level);
        var size = ProductSize(left, right);
        if (left.Size == 2 && right.Size == 2)
        {
            destination.Reshape(left.Level, size, scale);
            for (var j = 0; j < destination.LimbCount; j++) MultiplyPairs(left, right, destination, j);
            return;
        }
        if (ReferenceEquals(left, destination) || ReferenceEquals(right, destination))
            throw new ArgumentException("The destination of a product of ciphertexts larger than 2 cannot be one of them.", nameof(destination));
        destination.Reshape(left.Level, size, scale);
        destination.Words.Clear();
        for (var j = 0; j < destination.LimbCount; j++) AddProducts(left, right, destination, j);
    }

    /// <summary>ciphertext², slot by slot; not relinearized, not rescaled.</summary>
    /// <param name="ciphertext">Size a.</param>
    /// <returns>Size 2a - 1, same level, scale squared.</returns>
    /// <exception cref="ScaleRangeException">The square of the scale does not fit the level's modulus.</exception>
    /// <exception cref="CiphertextSizeException">The square would have more than 16 polynomials.</exception>
    public Ciphertext Square(Ciphertext ciphertext)
    {
        Require(ciphertext);
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, ProductSize(ciphertext, ciphertext));
        Square(ciphertext, result);
        return result;
    }

    /// <summary>destination = ciphertext², slot by slot; not relinearized, not rescaled.</summary>
    /// <param name="ciphertext">Size a.</param>
    /// <param name="destination">Gets size 2a - 1, same level, scale squared. May be the operand if that has size 2.</param>
    /// <exception cref="ScaleRangeException">The square of the scale does not fit the level's modulus.</exception>
    /// <exception cref="CiphertextSizeException">The square would have more than 16 polynomials.</exception>
    /// <exception cref="ArgumentException">The destination is the operand, and it is larger than 2.</exception>
    public void Square(Ciphertext ciphertext, Ciphertext destination)
    {
        Require(ciphertext);
        if (ciphertext.Size != 2)
        {
            Multiply(ciphertext, ciphertext, destination);
            return;
        }
        RequireDestination(destination);
        destination.Reshape(ciphertext.Level, 3, ProductScale("square", ciphertext.Scale, ciphertext.Scale, ciphertext.Level));
        for (var j = 0; j < destination.LimbCount; j++)
        {
            var q = Context.Moduli[j];
            var first = ciphertext.MutableLimb(0, j);
            var second = ciphertext.MutableLimb(1, j);
            var middle = destination.MutableLimb(1, j);
            LimbKernels.Multiply(second, second, destination.MutableLimb(2, j), q);
            LimbKernels.Multiply(first, second, middle, q);
            LimbKernels.Add(middle, middle, middle, q);
            LimbKernels.Multiply(first, first, destination.MutableLimb(0, j), q);
        }
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
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, ciphertext.Size);
        MultiplyPlain(ciphertext, plaintext, result);
        return result;
    }

    /// <summary>destination = ciphertext · plaintext, slot by slot; not rescaled.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="plaintext">Same level.</param>
    /// <param name="destination">Gets the same size and level, scale ciphertext.Scale·plaintext.Scale. May be the operand.</param>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleRangeException">The product of the scales does not fit the level's modulus.</exception>
    public void MultiplyPlain(Ciphertext ciphertext, Plaintext plaintext, Ciphertext destination)
    {
        RequireSameLevel("multiply by a plaintext", ciphertext, plaintext);
        RequireDestination(destination);
        destination.Reshape(
            ciphertext.Level, ciphertext.Size, ProductScale("multiply by a plaintext", ciphertext.Scale, plaintext.Scale, ciphertext.Level));
        for (var p = 0; p < destination.Size; p++)
        {
            for (var j = 0; j < destination.LimbCount; j++)
                LimbKernels.Multiply(ciphertext.MutableLimb(p, j), plaintext.Limb(j), destination.MutableLimb(p, j), Context.Moduli[j]);
        }
    }

    private static int ProductSize(Ciphertext left, Ciphertext right)
    {
        var size = left.Size + right.Size - 1;
        return size <= Ciphertext.MaximumSize
            ? size
            : throw new CiphertextSizeException("multiply", size, $"a product of at most {Ciphertext.MaximumSize}");
    }

    /// <summary>(a_0 b_0, a_0 b_1 + a_1 b_0, a_1 b_1) in one limb; in an order in which a factor may be overwritten.</summary>
    private void MultiplyPairs(Ciphertext left, Ciphertext right, Ciphertext result, int j)
    {
        var q = Context.Moduli[j];
        var a0 = left.MutableLimb(0, j);
        var a1 = left.MutableLimb(1, j);
        var b0 = right.MutableLimb(0, j);
        var b1 = right.MutableLimb(1, j);
        LimbKernels.Multiply(a1, b1, result.MutableLimb(2, j), q);
        LimbKernels.MultiplyCross(a0, a1, b0, b1, result.MutableLimb(1, j), q);
        LimbKernels.Multiply(a0, b0, result.MutableLimb(0, j), q);
    }

    private void AddProducts(Ciphertext left, Ciphertext right, Ciphertext accumulator, int j)
    {
        for (var a = 0; a < left.Size; a++)
        {
            for (var b = 0; b < right.Size; b++)
                LimbKernels.MultiplyAdd(accumulator.MutableLimb(a + b, j), left.MutableLimb(a, j), right.MutableLimb(b, j), Context.Moduli[j]);
        }
    }
}
