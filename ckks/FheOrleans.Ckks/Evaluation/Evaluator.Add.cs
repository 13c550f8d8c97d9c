using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <content>Sums, differences, negation.</content>
public sealed partial class Evaluator
{
    /// <summary>left + right, slot by slot.</summary>
    /// <param name="left">Any size.</param>
    /// <param name="right">Any size; same level and scale.</param>
    /// <returns>The larger of both sizes, same level and scale.</returns>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    public Ciphertext Add(Ciphertext left, Ciphertext right)
    {
        RequireSameLevel("add", left, right);
        var result = Ciphertext.Unwritten(Parameters, left.Level, Math.Max(left.Size, right.Size));
        Add(left, right, result);
        return result;
    }

    /// <summary>destination = left + right, slot by slot.</summary>
    /// <param name="left">Any size.</param>
    /// <param name="right">Any size; same level and scale.</param>
    /// <param name="destination">Gets the larger of both sizes, same level and scale. May be an operand.</param>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    public void Add(Ciphertext left, Ciphertext right, Ciphertext destination)
    {
        RequireSameLevel("add", left, right);
        RequireSameScale("add", left.Scale, right.Scale);
        RequireDestination(destination);
        var (larger, smaller) = left.Size >= right.Size ? (left, right) : (right, left);
        var (common, size, limbs) = (smaller.Size, larger.Size, left.LimbCount);
        destination.Reshape(left.Level, size, left.Scale);
        for (var p = 0; p < common; p++)
        {
            for (var j = 0; j < limbs; j++)
                LimbKernels.Add(larger.MutableLimb(p, j), smaller.MutableLimb(p, j), destination.MutableLimb(p, j), Context.Moduli[j]);
        }
        CopyPolynomials(larger, destination, common, size);
    }

    /// <summary>accumulator += ciphertext, slot by slot.</summary>
    /// <param name="accumulator">Changed. At least as large as <paramref name="ciphertext"/>.</param>
    /// <param name="ciphertext">Same level and scale.</param>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    /// <exception cref="CiphertextSizeException">The accumulator is smaller.</exception>
    public void AddInPlace(Ciphertext accumulator, Ciphertext ciphertext)
    {
        RequireSameLevel("add", accumulator, ciphertext);
        if (accumulator.Size < ciphertext.Size)
            throw new CiphertextSizeException("add in place", accumulator.Size, $"an accumulator of at least {ciphertext.Size}");
        Add(accumulator, ciphertext, accumulator);
    }

    /// <summary>left - right, slot by slot.</summary>
    /// <param name="left">Any size.</param>
    /// <param name="right">Any size; same level and scale.</param>
    /// <returns>The larger of both sizes, same level and scale.</returns>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    public Ciphertext Subtract(Ciphertext left, Ciphertext right)
    {
        RequireSameLevel("subtract", left, right);
        var result = Ciphertext.Unwritten(Parameters, left.Level, Math.Max(left.Size, right.Size));
        Subtract(left, right, result);
        return result;
    }

    /// <summary>destination = left - right, slot by slot.</summary>
    /// <param name="left">Any size.</param>
    /// <param name="right">Any size; same level and scale.</param>
    /// <param name="destination">Gets the larger of both sizes, same level and scale. May be an operand.</param>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    public void Subtract(Ciphertext left, Ciphertext right, Ciphertext destination)
    {
        RequireSameLevel("subtract", left, right);
        RequireSameScale("subtract", left.Scale, right.Scale);
        RequireDestination(destination);
        var (leftSize, rightSize, limbs) = (left.Size, right.Size, left.LimbCount);
        destination.Reshape(left.Level, Math.Max(leftSize, rightSize), left.Scale);
        for (var p = 0; p < rightSize; p++)
        {
            for (var j = 0; j < limbs; j++)
            {
                if (p < leftSize) LimbKernels.Subtract(left.MutableLimb(p, j), right.MutableLimb(p, j), destination.MutableLimb(p, j), Context.Moduli[j]);
                else LimbKernels.Negate(right.MutableLimb(p, j), destination.MutableLimb(p, j), Context.Moduli[j]);
            }
        }
        CopyPolynomials(left, destination, rightSize, leftSize);
    }

    /// <summary>-ciphertext, slot by slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <returns>Same size, level and scale.</returns>
    public Ciphertext Negate(Ciphertext ciphertext)
    {
        Require(ciphertext);
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, ciphertext.Size);
        Negate(ciphertext, result);
        return result;
    }

    /// <summary>destination = -ciphertext, slot by slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="destination">Gets the same size, level and scale. May be the operand.</param>
    public void Negate(Ciphertext ciphertext, Ciphertext destination)
    {
        Require(ciphertext);
        RequireDestination(destination);
        destination.Reshape(ciphertext.Level, ciphertext.Size, ciphertext.Scale);
        for (var p = 0; p < destination.Size; p++)
        {
            for (var j = 0; j < destination.LimbCount; j++)
                LimbKernels.Negate(ciphertext.MutableLimb(p, j), destination.MutableLimb(p, j), Context.Moduli[j]);
        }
    }

    /// <summary>ciphertext + plaintext, slot by slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="plaintext">Same level and scale.</param>
    /// <returns>Same size, level and scale.</returns>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    public Ciphertext AddPlain(Ciphertext ciphertext, Plaintext plaintext)
    {
        RequireSameLevel("add a plaintext", ciphertext, plaintext);
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, ciphertext.Size);
        AddPlain(ciphertext, plaintext, result);
        return result;
    }

    /// <summary>destination = ciphertext + plaintext, slot by slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="plaintext">Same level and scale.</param>
    /// <param name="destination">Gets the same size, level and scale. May be the operand.</param>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    public void AddPlain(Ciphertext ciphertext, Plaintext plaintext, Ciphertext destination)
    {
        RequireSameLevel("add a plaintext", ciphertext, plaintext);
        RequireSameScale("add a plaintext", ciphertext.Scale, plaintext.Scale);
        RequireDestination(destination);
        destination.Reshape(ciphertext.Level, ciphertext.Size, ciphertext.Scale);
        for (var j = 0; j < destination.LimbCount; j++)
            LimbKernels.Add(ciphertext.MutableLimb(0, j), plaintext.Limb(j), destination.MutableLimb(0, j), Context.Moduli[j]);
        CopyPolynomials(ciphertext, destination, 1, destination.Size);
    }

    /// <summary>ciphertext - plaintext, slot by slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="plaintext">Same level and scale.</param>
    /// <returns>Same size, level and scale.</returns>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    public Ciphertext SubtractPlain(Ciphertext ciphertext, Plaintext plaintext)
    {
        RequireSameLevel("subtract a plaintext", ciphertext, plaintext);
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, ciphertext.Size);
        SubtractPlain(ciphertext, plaintext, result);
        return result;
    }

    /// <summary>destination = ciphertext - plaintext, slot by slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="plaintext">Same level and scale.</param>
    /// <param name="destination">Gets the same size, level and scale. May be the operand.</param>
    /// <exception cref="LevelMismatchException">The levels differ.</exception>
    /// <exception cref="ScaleMismatchException">The scales differ.</exception>
    public void SubtractPlain(Ciphertext ciphertext, Plaintext plaintext, Ciphertext destination)
    {
        RequireSameLevel("subtract a plaintext", ciphertext, plaintext);
        RequireSameScale("subtract a plaintext", ciphertext.Scale, plaintext.Scale);
        RequireDestination(destination);
        destination.Reshape(ciphertext.Level, ciphertext.Size, ciphertext.Scale);
        for (var j = 0; j < destination.LimbCount; j++)
            LimbKernels.Subtract(ciphertext.MutableLimb(0, j), plaintext.Limb(j), destination.MutableLimb(0, j), Context.Moduli[j]);
        CopyPolynomials(ciphertext, destination, 1, destination.Size);
    }

    /// <summary>Polynomials first to end - 1, unless they are there already. The shapes agree.</summary>
    private static void CopyPolynomials(Ciphertext source, Ciphertext destination, int first, int end)
    {
        if (ReferenceEquals(source, destination)) return;
        for (var p = first; p < end; p++) source.Polynomial(p).CopyTo(destination.Polynomial(p));
    }
}
