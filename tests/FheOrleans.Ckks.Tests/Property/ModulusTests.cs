using System.Numerics;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Property;

/// <summary>Word arithmetic against <see cref="UInt128"/> and <see cref="BigInteger"/>, from the smallest modulus to the largest.</summary>
public sealed class ModulusTests(ITestOutputHelper output)
{
    public static TheoryData<ulong> Moduli =>
        [3, 5, 7, 97, 40961, 65537, 1073707009, 1125899906826241, 360287970189598721, 864691128455086081, (1UL << 60) - 1, (1UL << 59) + 1];

    [Theory]
    [MemberData(nameof(Moduli))]
    public void Operations_RandomAndExtremeOperands_EqualUInt128(ulong q)
    {
        var random = TestRandom.Create(output);
        var modulus = new Modulus(q);
        for (var i = 0; i < 20_000 * TestRandom.Effort; i++)
        {
            var (a, b, c) = (random.Residue(q), random.Residue(q), random.Residue(q));
            var (high, low) = (random.Word(), i % 3 == 0 ? ulong.MaxValue : random.Word());
            Assert.Equal((ulong)(((UInt128)a + b) % q), modulus.Add(a, b));
            Assert.Equal((ulong)(((UInt128)a + q - b) % q), modulus.Subtract(a, b));
            Assert.Equal((q - a) % q, modulus.Negate(a));
            Assert.Equal((ulong)((UInt128)a * b % q), modulus.Multiply(a, b));
            Assert.Equal((ulong)((((UInt128)a * b) + c) % q), modulus.MultiplyAdd(c, a, b));
            Assert.Equal(low % q, modulus.Reduce(low));
            Assert.Equal((ulong)(new UInt128(high, low) % q), modulus.ReduceWide(high, low));
            var factor = new ShoupFactor(a, q);
            Assert.Equal((ulong)((UInt128)low * a % q), factor.Multiply(low, q));
            Assert.InRange(factor.MultiplyLazy(low, q), 0UL, (2 * q) - 1);
        }
    }

    [Theory]
    [MemberData(nameof(Moduli))]
    public void ReduceSigned_AllSigns_EqualBigInteger(ulong q)
    {
        var random = TestRandom.Create(output);
        var modulus = new Modulus(q);
        foreach (var x in (long[])[0, 1, -1, long.MaxValue, long.MinValue, .. Enumerable.Range(0, 1000).Select(_ => (long)random.Word())])
        {
            var expected = (ulong)(((x % (BigInteger)q) + q) % q);
            Assert.Equal(expected, modulus.ReduceSigned(x));
        }
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(100UL)]
    [InlineData(1UL << 60)]
    [InlineData(ulong.MaxValue)]
    public void Constructor_EvenOrTooLarge_Throws(ulong q) => Assert.ThrowsAny<ArgumentException>(() => new Modulus(q));

    [Fact]
    public void InverseVariableTime_TimesValue_IsOne()
    {
        var random = TestRandom.Create(output);
        var modulus = new Modulus(1125899906826241); // a 50-bit prime
        for (var i = 0; i < 100; i++)
        {
            var value = 1 + ((ulong)random.NextInt64() % (modulus.Value - 1));
            Assert.Equal(1UL, modulus.Multiply(value, modulus.InverseVariableTime(value)));
        }
    }
}
