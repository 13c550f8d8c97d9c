using FheOrleans.Ckks.Tests.Support;

namespace FheOrleans.Ckks.Tests.Contract;

/// <summary>What the evaluator refuses, and with which values.</summary>
public sealed class EvaluatorContractTests(KeySet keys) : IClassFixture<KeySet>
{
    private static readonly double Omega = Math.ScaleB(1, 26);

    private Evaluator Evaluator => keys.Evaluator;

    [Fact]
    public void TwoOperands_DifferentLevels_Throw()
    {
        var (high, low) = (Fresh(), Fresh(level: 1));
        var plain = keys.Encoder.Encode([1.0], KeySet.Scale, 1);
        Action[] operations =
        [
            () => Evaluator.Add(high, low), () => Evaluator.Subtract(high, low), () => Evaluator.AddInPlace(high, low),
            () => Evaluator.Multiply(high, low), () => Evaluator.MultiplyAddInPlace(Evaluator.Square(high), high, low),
            () => Evaluator.MultiplyScalarAddInPlace(high, low, 1, Omega),
            () => Evaluator.AddPlain(high, plain), () => Evaluator.SubtractPlain(high, plain), () => Evaluator.MultiplyPlain(high, plain),
        ];
        foreach (var operation in operations)
        {
            var error = Assert.Throws<LevelMismatchException>(operation);
            Assert.Equal((3, 1), (error.Left, error.Right));
            Assert.Contains("level 3", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Sums_DifferentScales_Throw()
    {
        var left = Fresh();
        var right = Fresh(KeySet.Scale * 2);
        var plain = keys.Encoder.Encode([1.0], KeySet.Scale * 2);
        Action[] operations =
        [
            () => Evaluator.Add(left, right), () => Evaluator.Subtract(left, right), () => Evaluator.AddInPlace(left, right),
            () => Evaluator.AddPlain(left, plain), () => Evaluator.SubtractPlain(left, plain),
        ];
        foreach (var operation in operations)
        {
            var error = Assert.Throws<ScaleMismatchException>(operation);
            Assert.Equal((KeySet.Scale, KeySet.Scale * 2), (error.Left, error.Right));
        }
        Assert.Throws<ScaleMismatchException>(() => Evaluator.MultiplyScalarAddInPlace(left, left, 1, Omega));
        Assert.Throws<ScaleMismatchException>(() => Evaluator.MultiplyAddInPlace(left, left, left));
    }

    [Fact]
    public void Add_ScalesThatDifferInTheLastBit_AreTheSame()
    {
        var left = Fresh();
        var right = Fresh().WithScale(Math.BitIncrement(KeySet.Scale));
        Assert.Equal(KeySet.Scale, Evaluator.Add(left, right).Scale);
        Assert.Throws<ScaleMismatchException>(() => Evaluator.Add(left, right.WithScale(KeySet.Scale * (1 + 1e-14))));
    }

    [Fact]
    public void Products_ScaleAboveTheModulus_Throw()
    {
        var low = Fresh(level: 0);
        Assert.Throws<ScaleRangeException>(() => Evaluator.Multiply(low, low));
        Assert.Throws<ScaleRangeException>(() => Evaluator.Square(low));
        Assert.Throws<ScaleRangeException>(() => Evaluator.MultiplyScalar(low, 0.5, Omega));
        Assert.Throws<ScaleRangeException>(() => Evaluator.MultiplyPlain(low, keys.Encoder.Encode([1.0], KeySet.Scale, 0)));
        Assert.Throws<ScaleRangeException>(() => low.WithScale(Math.ScaleB(1, 50)));
        Assert.Throws<ScaleRangeException>(() => low.WithScale(double.NaN));
        Assert.Throws<ScaleRangeException>(() => Evaluator.DropLevel(Fresh(Math.ScaleB(1, 60)), 0));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(1e60)]
    public void Scalars_NotFiniteOrTooLarge_Throw(double value)
    {
        Assert.Throws<EncodingException>(() => Evaluator.AddScalar(Fresh(), value));
        Assert.Throws<EncodingException>(() => Evaluator.SubtractFromScalar(value, Fresh()));
        Assert.Throws<EncodingException>(() => Evaluator.MultiplyScalar(Fresh(), value, Omega));
        Assert.Throws<EncodingException>(() => Evaluator.MultiplyScalarAddInPlace(Evaluator.MultiplyScalar(Fresh(), 1, Omega), Fresh(), value, Omega));
    }

    [Fact]
    public void Levels_BelowZeroOrRaised_Throw()
    {
        Assert.Throws<LevelRangeException>(() => Evaluator.Rescale(Fresh(level: 0)));
        Assert.Throws<LevelRangeException>(() => Evaluator.DropLevel(Fresh(level: 1), 2));
        Assert.Throws<LevelRangeException>(() => Evaluator.DropLevel(Fresh(), -1));
        Assert.Throws<ScaleRangeException>(() => Evaluator.Rescale(Fresh(double.Epsilon * Math.ScaleB(1, 60))));
    }

    [Fact]
    public void Sizes_OperationsOnPairs_Throw()
    {
        var product = Evaluator.Square(Fresh(Omega));
        Assert.Throws<CiphertextSizeException>(() => Evaluator.Rotate(product, 1, keys.Galois));
        Assert.Throws<CiphertextSizeException>(() => Evaluator.Rotate(product, 0, keys.Galois));
        Assert.Throws<CiphertextSizeException>(() => Evaluator.Conjugate(product, keys.Galois));
        Assert.Throws<CiphertextSizeException>(() => Evaluator.Relinearize(Evaluator.Multiply(product, Fresh(Omega)), keys.Relinearization));
        Assert.Throws<CiphertextSizeException>(() => Evaluator.AddInPlace(Fresh(product.Scale), product));
        var nine = Power(Fresh(2), 8);
        Assert.Equal(9, nine.Size);
        Assert.Equal(17, Assert.Throws<CiphertextSizeException>(() => Evaluator.Multiply(nine, nine)).Found);
    }

    [Fact]
    public void Rotate_NoKey_NamesTheElement()
    {
        var error = Assert.Throws<MissingKeyException>(() => Evaluator.Rotate(Fresh(), 3, keys.Galois));
        Assert.Equal(27UL, error.GaloisElement);
        Assert.False(keys.Galois.Contains(3));
        Assert.True(keys.Galois.Contains(-2));
        Assert.True(keys.Galois.ContainsConjugation);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(-4096)]
    [InlineData(int.MinValue)]
    public void Rotate_StepBeyondTheSlots_Throws(int step) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluator.Rotate(Fresh(), step, keys.Galois));

    [Fact]
    public void Everything_OfOtherParameters_Throws()
    {
        var other = new Evaluator(CkksParameters.Create(8192, 50, 50, 50, 50));
        var ciphertext = Fresh();
        Assert.Throws<ParametersMismatchException>(() => other.Add(ciphertext, ciphertext));
        Assert.Throws<ParametersMismatchException>(() => other.Negate(ciphertext));
        Assert.Throws<ParametersMismatchException>(() => other.Rescale(ciphertext));
        Assert.Throws<ParametersMismatchException>(() => other.AddScalar(ciphertext, 1));
        Assert.Throws<ParametersMismatchException>(() => other.Rotate(ciphertext, 1, keys.Galois));
        Assert.Throws<ParametersMismatchException>(() => other.Relinearize(ciphertext, keys.Relinearization));
        Assert.Throws<ParametersMismatchException>(() => other.DropLevel(ciphertext, 0));
    }

    [Fact]
    public void Limb_OutsideTheCiphertext_Throws()
    {
        var ciphertext = Fresh();
        Assert.Equal(8192, ciphertext.Limb(1, 3).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => ciphertext.Limb(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ciphertext.Limb(0, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => ciphertext.Limb(-1, 0));
    }

    private Ciphertext Fresh(double? scale = null, int? level = null) => keys.Encrypt([0.5, -0.25], scale, level);

    private Ciphertext Power(Ciphertext ciphertext, int exponent)
    {
        var result = ciphertext;
        for (var i = 1; i < exponent; i++) result = Evaluator.Multiply(result, ciphertext);
        return result;
    }
}
