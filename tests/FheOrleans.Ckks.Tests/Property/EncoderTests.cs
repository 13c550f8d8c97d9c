using System.Numerics;
using FheOrleans.Ckks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Property;

public sealed class EncoderTests(ITestOutputHelper output)
{
    private static readonly CkksParameters Parameters = CkksParameters.Create(8192, 50, 50, 36, 26, 50);
    private static readonly CkksEncoder Encoder = new(Parameters);

    /// <summary>Rounding N coefficients by up to a half each has standard deviation sqrt(N/12) in a slot; twelve of them.</summary>
    private static double RoundingError(double scale) => 12 * Math.Sqrt(Parameters.PolynomialDegree / 12.0) / scale;

    [Theory]
    [InlineData(30, 0)]
    [InlineData(36, 3)]
    [InlineData(45, 1)]
    [InlineData(60, 3)]
    [InlineData(100, 2)]
    [InlineData(150, 3)]
    public void DecodeOfEncode_Complex_WithinRounding(int scaleBits, int level)
    {
        var random = TestRandom.Create(output);
        var values = random.Reals(4096, -3, 3).Zip(random.Reals(4096, -3, 3), (re, im) => new Complex(re, im)).ToArray();
        var scale = Math.ScaleB(1, scaleBits);
        var plaintext = Encoder.Encode(values, scale, level);
        Assert.Equal((level, scale, level + 1), (plaintext.Level, plaintext.Scale, plaintext.LimbCount));
        var decoded = Encoder.Decode(plaintext);
        var worst = values.Zip(decoded, (a, b) => Complex.Abs(a - b)).Max();
        Assert.InRange(worst, 0, RoundingError(scale) + 1e-12); // 1e-12: the transforms in doubles, 12 stages of values up to 4
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(4096)]
    public void DecodeOfEncode_FewReals_OthersZero(int count)
    {
        var values = TestRandom.Create(output).Reals(count);
        var decoded = Encoder.DecodeReal(Encoder.Encode(values, KeySet.Scale));
        for (var i = 0; i < decoded.Length; i++)
            Assert.Equal(i < count ? values[i] : 0, decoded[i], RoundingError(KeySet.Scale) + 1e-12);
    }

    [Fact]
    public void Encode_SumAndProductOfWords_AreSumAndProductOfSlots()
    {
        var random = TestRandom.Create(output);
        var (a, b) = (random.Reals(4096), random.Reals(4096));
        var (x, y) = (Encoder.Encode(a, KeySet.Scale), Encoder.Encode(b, KeySet.Scale));
        var product = new ulong[x.Words.Length];
        for (var j = 0; j < x.LimbCount; j++)
            Arithmetic.LimbKernels.Multiply(x.Limb(j), y.Limb(j), product.AsSpan(j * 8192, 8192), Parameters.Context.Moduli[j]);
        var decoded = Encoder.DecodeReal(new Plaintext(Parameters, x.Level, KeySet.Scale * KeySet.Scale, Arithmetic.AlignedWords.CopyOf(product)));
        for (var i = 0; i < a.Length; i++) Assert.Equal(a[i] * b[i], decoded[i], 3 * RoundingError(KeySet.Scale));
    }

    /// <summary>Composition against BigInteger: integers of every size up to Q/2, both signs, zero and the two ends.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Compose_IntegersUpToHalfTheModulus_NearestDoubles(int level)
    {
        var random = TestRandom.Create(output);
        var modulus = Parameters.ModulusAtLevel(level);
        const int N = 8192;
        var integers = new BigInteger[N];
        for (var i = 0; i < N; i++)
        {
            var bytes = new byte[24];
            random.NextBytes(bytes);
            var bits = random.Next((int)modulus.GetBitLength() - 1);
            integers[i] = new BigInteger(bytes, isUnsigned: true) % (BigInteger.One << bits) * (i % 2 == 0 ? 1 : -1);
        }
        integers[0] = 0;
        integers[1] = (modulus - 1) / 2;
        integers[2] = -integers[1];
        integers[3] = -1;

        var limbs = new ulong[(level + 1) * N];
        for (var j = 0; j <= level; j++)
        {
            var q = Parameters.Primes[j];
            for (var i = 0; i < N; i++) limbs[(j * N) + i] = (ulong)(((integers[i] % q) + q) % q);
            Parameters.Context.Transforms[j].Forward(limbs.AsSpan(j * N, N));
        }
        var found = new double[N];
        Encoder.Compose(limbs, level + 1, found, new ulong[N]);
        for (var i = 0; i < N; i++)
        {
            // Exact digits; then one multiplication and one addition in doubles for each of up to four of them.
            Assert.True(Math.Abs((double)integers[i] - found[i]) <= Math.Abs((double)integers[i]) * Math.ScaleB(1, -50), $"integer {i}");
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Encode_NotFinite_ThrowsAndNamesTheSlot(double value)
    {
        var error = Assert.Throws<EncodingException>(() => Encoder.Encode([1.0, 2.0, value], KeySet.Scale));
        Assert.Contains("slot 2", error.Message, StringComparison.Ordinal);
        Assert.Throws<EncodingException>(() => Encoder.Encode([new Complex(0, value)], KeySet.Scale));
    }

    [Fact]
    public void Encode_TooManyValues_Throws()
    {
        Assert.Throws<EncodingException>(() => Encoder.Encode(new double[4097], KeySet.Scale));
        Assert.Throws<EncodingException>(() => Encoder.Encode(new Complex[4097], KeySet.Scale));
    }

    [Theory]
    [InlineData(1e5, 36, 0)] // 2^16.6 · 2^36 > 2^49
    [InlineData(1e300, 36, 3)]
    [InlineData(1e308, 100, 3)] // overflows the double itself
    public void Encode_TooLargeForTheModulus_ThrowsWithoutTheValue(double value, int scaleBits, int level)
    {
        var error = Assert.Throws<EncodingException>(() => Encoder.Encode(Enumerable.Repeat(value, 4096).ToArray(), Math.ScaleB(1, scaleBits), level));
        Assert.Contains("bits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_LargestThatFits_ComesBack()
    {
        var value = Math.ScaleB(1, 12); // 2^12 · 2^36 = 2^48, below half of a 50-bit prime
        var decoded = Encoder.DecodeReal(Encoder.Encode(Enumerable.Repeat(-value, 4096).ToArray(), KeySet.Scale, 0));
        Assert.All(decoded, x => Assert.Equal(-value, x, RoundingError(KeySet.Scale) + (1e-15 * 12 * value)));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.Epsilon)]
    public void Encode_ImpossibleScale_Throws(double scale) => Assert.Throws<ScaleRangeException>(() => Encoder.Encode([1.0], scale));

    [Fact]
    public void Encode_ScaleAboveTheModulus_Throws()
    {
        var error = Assert.Throws<ScaleRangeException>(() => Encoder.Encode([1.0], Math.ScaleB(1, 50), 0));
        Assert.Equal(50, error.ModulusBits);
        _ = Encoder.Encode([0.25], Math.ScaleB(1, 49), 0);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Encode_NoSuchLevel_Throws(int level) => Assert.Throws<LevelRangeException>(() => Encoder.Encode([1.0], KeySet.Scale, level));

    [Fact]
    public void Decode_OtherParameters_Throws()
    {
        var other = new CkksEncoder(CkksParameters.Create(8192, 50, 50, 50, 50));
        Assert.Throws<ParametersMismatchException>(() => other.Decode(Encoder.Encode([1.0], KeySet.Scale)));
    }
}
