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
        RequireSameScale("add", left.Scale, right.Scale);
        var (larger, smaller) = left.Size >= right.Size ? (left, right) : (right, left);
        var result = Ciphertext.Zero(Parameters, left.Level, larger.Size, left.Scale);
        ForEachLimb(smaller.Size, left.LimbCount, (p, j) =>
            LimbKernels.Add(larger.Limb(p, j), smaller.Limb(p, j), result.MutableLimb(p, j), Context.Moduli[j]));
        for (var p = smaller.Size; p < larger.Size; p++) larger.Polynomial(p).CopyTo(result.Polynomial(p));
        return result;
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
        RequireSameScale("add", accumulator.Scale, ciphertext.Scale);
        if (accumulator.Size < ciphertext.Size)
            throw new CiphertextSizeException("add in place", accumulator.Size, $"an accumulator of at least {ciphertext.Size}");
        accumulator.ForgetSeed();
        ForEachLimb(ciphertext.Size, ciphertext.LimbCount, (p, j) =>
            LimbKernels.Add(accumulator.Limb(p, j), ciphertext.Limb(p, j), accumulator.MutableLimb(p, j), Context.Moduli[j]));
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
        RequireSameScale("subtract", left.Scale, right.Scale);
        var common = Math.Min(left.Size, right.Size);
        var result = Ciphertext.Zero(Parameters, left.Level, Math.Max(left.Size, right.Size), left.Scale);
        ForEachLimb(common, left.LimbCount, (p, j) =>
            LimbKernels.Subtract(left.Limb(p, j), right.Limb(p, j), result.MutableLimb(p, j), Context.Moduli[j]));
        for (var p = common; p < left.Size; p++) left.Polynomial(p).CopyTo(result.Polynomial(p));
        for (var p = common; p < right.Size; p++)
        {
            for (var j = 0; j < right.LimbCount; j++)
                LimbKernels.Negate(right.Limb(p, j), result.MutableLimb(p, j), Context.Moduli[j]);
        }
        return result;
    }

    /// <summary>-ciphertext, slot by slot.</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <returns>Same size, level and scale.</returns>
    public Ciphertext Negate(Ciphertext ciphertext)
    {
        Require(ciphertext);
        var result = Ciphertext.Zero(Parameters, ciphertext.Level, ciphertext.Size, ciphertext.Scale);
        ForEachLimb(ciphertext.Size, ciphertext.LimbCount, (p, j) =>
            LimbKernels.Negate(ciphertext.Limb(p, j), result.MutableLimb(p, j), Context.Moduli[j]));
        return result;
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
        RequireSameScale("add a plaintext", ciphertext.Scale, plaintext.Scale);
        var result = ciphertext.Clone();
        for (var j = 0; j < ciphertext.LimbCount; j++)
            LimbKernels.Add(ciphertext.Limb(0, j), plaintext.Limb(j), result.MutableLimb(0, j), Context.Moduli[j]);
        return result;
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
        RequireSameScale("subtract a plaintext", ciphertext.Scale, plaintext.Scale);
        var result = ciphertext.Clone();
        for (var j = 0; j < ciphertext.LimbCount; j++)
            LimbKernels.Subtract(ciphertext.Limb(0, j), plaintext.Limb(j), result.MutableLimb(0, j), Context.Moduli[j]);
        return result;
    }

    private static void ForEachLimb(int polynomials, int limbs, Action<int, int> operation)
    {
        for (var p = 0; p < polynomials; p++)
        {
            for (var j = 0; j < limbs; j++) operation(p, j);
        }
    }
}
