using System.Numerics;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Property;

/// <summary>Operations on ciphertexts are operations on the numbers in them, at the parameters of the default circuit.</summary>
public sealed class EvaluatorTests(KeySet keys, ITestOutputHelper output) : IClassFixture<KeySet>
{
    private static readonly double Omega = Math.ScaleB(1, 26);

    private readonly double[] _a = TestRandom.Create(output).Reals(4096);
    private readonly double[] _b = TestRandom.Create(output).Reals(4096, -2, 2);

    private Evaluator Evaluator => keys.Evaluator;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Decrypt_SymmetricAtEveryLevel_WithinFreshNoise(int level)
    {
        var ciphertext = keys.Encrypt(_a, level: level);
        Assert.Equal((2, level, KeySet.Scale, true), (ciphertext.Size, ciphertext.Level, ciphertext.Scale, ciphertext.IsSeeded));
        Assert.InRange(keys.Error(ciphertext, i => _a[i]), 0, keys.FreshError(KeySet.Scale));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    public void Decrypt_PublicKeyAtEveryLevel_WithinRoundedNoise(int level)
    {
        var ciphertext = new PublicKeyEncryptor(keys.PublicKey).Encrypt(keys.Encoder.Encode(_a, KeySet.Scale, level));
        Assert.Equal((2, level, KeySet.Scale, false), (ciphertext.Size, ciphertext.Level, ciphertext.Scale, ciphertext.IsSeeded));
        // After division by a prime of 26 bits or more what is left is the rounding; (e·u + e_0 + e_1·s)/p is far below it.
        Assert.InRange(keys.Error(ciphertext, i => _a[i]), 0, keys.ProductNoise(keys.RoundingVariance + 1, KeySet.Scale) + (1 / KeySet.Scale));
    }

    [Fact]
    public void AddSubtractNegate_Slots()
    {
        var (a, b) = (keys.Encrypt(_a), keys.Encrypt(_b));
        var bound = 2 * keys.FreshError(KeySet.Scale);
        Assert.InRange(keys.Error(Evaluator.Add(a, b), i => _a[i] + _b[i]), 0, bound);
        Assert.InRange(keys.Error(Evaluator.Subtract(a, b), i => _a[i] - _b[i]), 0, bound);
        Assert.InRange(keys.Error(Evaluator.Negate(a), i => -_a[i]), 0, bound);
        var accumulator = a.Clone();
        Evaluator.AddInPlace(accumulator, b);
        Assert.Equal(Evaluator.Add(a, b).Words.ToArray(), accumulator.Words.ToArray());
        Assert.False(accumulator.IsSeeded);
        Assert.True(a.IsSeeded);
    }

    [Fact]
    public void AddAndSubtract_DifferentSizes_TakeTheLarger()
    {
        var product = Evaluator.Multiply(keys.Encrypt(_a), keys.Encrypt(_b));
        var single = keys.Encrypt(_a, product.Scale);
        Assert.Equal(3, Evaluator.Add(single, product).Size);
        Assert.InRange(keys.Error(Evaluator.Add(single, product), i => _a[i] + (_a[i] * _b[i])), 0, keys.ProductError(KeySet.Scale));
        Assert.InRange(keys.Error(Evaluator.Subtract(single, product), i => _a[i] - (_a[i] * _b[i])), 0, keys.ProductError(KeySet.Scale));
        Assert.InRange(keys.Error(Evaluator.Subtract(product, single), i => (_a[i] * _b[i]) - _a[i]), 0, keys.ProductError(KeySet.Scale));
    }

    [Fact]
    public void PlaintextOperations_Slots()
    {
        var a = keys.Encrypt(_a);
        var b = keys.Encoder.Encode(_b, KeySet.Scale);
        Assert.InRange(keys.Error(Evaluator.AddPlain(a, b), i => _a[i] + _b[i]), 0, 2 * keys.FreshError(KeySet.Scale));
        Assert.InRange(keys.Error(Evaluator.SubtractPlain(a, b), i => _a[i] - _b[i]), 0, 2 * keys.FreshError(KeySet.Scale));
        // The noise of a is multiplied by |b| <= 2, and a <= 1 by the rounding of b.
        Assert.InRange(keys.Error(Evaluator.MultiplyPlain(a, b), i => _a[i] * _b[i]), 0, 3 * keys.FreshError(KeySet.Scale));
    }

    [Fact]
    public void ScalarOperations_EqualEncodedConstants()
    {
        var a = keys.Encrypt(_a);
        var bound = 2 * keys.FreshError(KeySet.Scale);
        Assert.InRange(keys.Error(Evaluator.AddScalar(a, 0.75), i => _a[i] + 0.75), 0, bound);
        Assert.InRange(keys.Error(Evaluator.SubtractFromScalar(-1.5, a), i => -1.5 - _a[i]), 0, bound);
        foreach (var value in (double[])[0.3, -0.3, 1, -1, 123.456, 0])
        {
            var product = Evaluator.MultiplyScalar(a, value, Omega);
            Assert.Equal(KeySet.Scale * Omega, product.Scale);
            // Rounding the scalar errs by half a unit of its scale.
            Assert.InRange(keys.Error(product, i => _a[i] * value), 0, (Math.Abs(value) * bound) + (1 / Omega));
        }

        var constant = keys.Encoder.Encode(Enumerable.Repeat(0.75, 4096).ToArray(), KeySet.Scale);
        Assert.Equal(Evaluator.AddPlain(a, constant).Words.ToArray(), Evaluator.AddScalar(a, 0.75).Words.ToArray());
    }

    [Fact]
    public void AddScalar_AtAHugeScale_ExactInteger()
    {
        const double DoubleRounding = 1e-13; // at scale 2^140 nothing else is left
        var scale = Math.ScaleB(1, 140);
        var a = keys.Encrypt(_a, scale);
        Assert.InRange(keys.Error(Evaluator.AddScalar(a, 1 / 3.0), i => _a[i] + (1 / 3.0)), 0, DoubleRounding);
        Assert.InRange(keys.Error(Evaluator.AddScalar(a, -1 / 3.0), i => _a[i] - (1 / 3.0)), 0, DoubleRounding);
        var product = Evaluator.MultiplyScalar(keys.Encrypt(_a), -2 / 3.0, Math.ScaleB(1, 100));
        Assert.InRange(keys.Error(product, i => _a[i] * (-2 / 3.0)), 0, keys.FreshError(KeySet.Scale));
    }

    [Fact]
    public void MultiplyScalarAddInPlace_EqualsMultiplyThenAdd()
    {
        var (a, b) = (keys.Encrypt(_a), keys.Encrypt(_b));
        var accumulator = Evaluator.MultiplyScalar(a, 0.5, Omega);
        var expected = Evaluator.Add(accumulator, Evaluator.MultiplyScalar(b, -0.7, Omega));
        Evaluator.MultiplyScalarAddInPlace(accumulator, b, -0.7, Omega);
        Assert.Equal(expected.Words.ToArray(), accumulator.Words.ToArray());
        Assert.InRange(keys.Error(accumulator, i => (0.5 * _a[i]) - (0.7 * _b[i])), 0, keys.ProductError(KeySet.Scale));
    }

    [Fact]
    public void MultiplyRelinearizeRescale_Slots()
    {
        var (a, b) = (keys.Encrypt(_a), keys.Encrypt(_b));
        var product = Evaluator.Multiply(a, b);
        Assert.Equal((3, 3, KeySet.Scale * KeySet.Scale), (product.Size, product.Level, product.Scale));
        Assert.InRange(keys.Error(product, i => _a[i] * _b[i]), 0, keys.ProductError(KeySet.Scale));

        var small = Evaluator.Relinearize(product, keys.Relinearization);
        Assert.Equal((2, product.Scale), (small.Size, small.Scale));
        Assert.InRange(keys.Error(small, i => _a[i] * _b[i]), 0, keys.ProductError(KeySet.Scale));

        var rescaled = Evaluator.Rescale(small);
        Assert.Equal((2, 2, product.Scale / keys.Parameters.Primes[3]), (rescaled.Size, rescaled.Level, rescaled.Scale));
        Assert.InRange(keys.Error(rescaled, i => _a[i] * _b[i]), 0, keys.ProductError(KeySet.Scale));
    }

    [Fact]
    public void Square_EqualsMultiplyBySelf()
    {
        var a = keys.Encrypt(_a);
        Assert.Equal(Evaluator.Multiply(a, a).Words.ToArray(), Evaluator.Square(a).Words.ToArray());
        var cube = Evaluator.Multiply(Evaluator.Square(keys.Encrypt(_a)), a);
        Assert.Equal(4, cube.Size);
        Assert.InRange(keys.Error(cube, i => Math.Pow(_a[i], 3)), 0, keys.ProductError(KeySet.Scale));
        Assert.Equal(5, Evaluator.Square(Evaluator.DropLevel(Evaluator.Square(keys.Encrypt(_a, Omega)), 2)).Size);
    }

    [Fact]
    public void MultiplyAddInPlace_SumOfProducts_OneRelinearization()
    {
        var (a, b) = (keys.Encrypt(_a), keys.Encrypt(_b));
        var sum = Evaluator.Multiply(a, b);
        Evaluator.MultiplyAddInPlace(sum, a, a);
        Assert.Equal(Evaluator.Add(Evaluator.Multiply(a, b), Evaluator.Square(a)).Words.ToArray(), sum.Words.ToArray());
        Assert.InRange(keys.Error(Evaluator.Relinearize(sum, keys.Relinearization), i => (_a[i] * _b[i]) + (_a[i] * _a[i])), 0, keys.ProductError(KeySet.Scale));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(-2)]
    [InlineData(0)]
    public void Rotate_Step_MovesSlotsLeft(int step)
    {
        var rotated = Evaluator.Rotate(keys.Encrypt(_a), step, keys.Galois);
        Assert.InRange(keys.Error(rotated, i => _a[(i + step + 4096) % 4096]), 0, keys.RotationError(KeySet.Scale));
    }

    [Fact]
    public void Conjugate_ComplexSlots_Conjugated()
    {
        var values = _a.Zip(_b, (re, im) => new Complex(re, im)).ToArray();
        var ciphertext = keys.Symmetric.Encrypt(keys.Encoder.Encode(values, KeySet.Scale));
        var found = keys.DecryptComplex(Evaluator.Conjugate(ciphertext, keys.Galois));
        Assert.InRange(found.Zip(values, (x, y) => Complex.Abs(x - Complex.Conjugate(y))).Max(), 0, keys.RotationError(KeySet.Scale));
    }

    [Fact]
    public void DropLevel_KeepsNumbersAndScale()
    {
        var dropped = Evaluator.DropLevel(keys.Encrypt(_a), 0);
        Assert.Equal((0, KeySet.Scale), (dropped.Level, dropped.Scale));
        Assert.InRange(keys.Error(dropped, i => _a[i]), 0, keys.FreshError(KeySet.Scale));
    }

    [Fact]
    public void Rotate_AtEveryLevel_Slots()
    {
        for (var level = 0; level <= 3; level++)
            Assert.InRange(keys.Error(Evaluator.Rotate(keys.Encrypt(_a, level: level), 1, keys.Galois), i => _a[(i + 1) % 4096]), 0, keys.RotationError(KeySet.Scale));
    }

    /// <summary>
    /// The mean of SEAL's digits, q/2·(1 + X + ...), lands in slot 0 and its neighbours; centred digits have mean 0. With the special
    /// prime no larger than the others the difference is plain.
    /// </summary>
    [Fact]
    public void Rotate_CentredDigits_SmallerWorstErrorThanSealDigits()
    {
        var parameters = CkksParameters.Create(8192, 45, 38, 38, 38, 45);
        using var secret = SecretKey.Generate(parameters);
        var galois = new KeyGenerator(secret).CreateGaloisKeys([1]);
        var encoder = new CkksEncoder(parameters);
        var ciphertext = new SymmetricEncryptor(secret).Encrypt(encoder.Encode(_a, Math.ScaleB(1, 38)));
        var worst = new Dictionary<KeySwitchDigits, double>();
        foreach (var digits in Enum.GetValues<KeySwitchDigits>())
        {
            var rotated = new Evaluator(parameters, digits).Rotate(ciphertext, 1, galois);
            var values = encoder.Decode(new Decryptor(secret).Decrypt(rotated));
            worst[digits] = values.Select((value, i) => Complex.Abs(value - _a[(i + 1) % 4096])).Max();
        }
        output.WriteLine($"centred {worst[KeySwitchDigits.Centred]:E2}, SEAL {worst[KeySwitchDigits.SealExact]:E2}");
        Assert.True(2 * worst[KeySwitchDigits.Centred] < worst[KeySwitchDigits.SealExact]);
    }

    [Fact]
    public void Operations_FromManyThreads_SameWordsAsAlone()
    {
        var (a, b) = (keys.Encrypt(_a), keys.Encrypt(_b));
        var expected = Compute().Words.ToArray();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ => Assert.Equal(expected, Compute().Words.ToArray()));

        Ciphertext Compute()
        {
            var product = Evaluator.Relinearize(Evaluator.Multiply(a, b), keys.Relinearization);
            return Evaluator.Rotate(Evaluator.Rescale(product), 1, keys.Galois);
        }
    }
}
