using System.Numerics;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Encoding;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Transform;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Property;

/// <summary>Both transforms against their definitions, which share no code with them.</summary>
public sealed class TransformTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(2, 20)]
    [InlineData(4, 30)]
    [InlineData(64, 60)]
    [InlineData(256, 36)]
    public void Forward_SmallRings_EveryValueIsThePolynomialsValue(int n, int bits)
    {
        var random = TestRandom.Create(output);
        var modulus = new Modulus(Primes.Create(n, [bits])[0]);
        var ntt = Ntt.For(n, modulus);
        var coefficients = random.Residues(n, modulus.Value);
        var values = coefficients.ToArray();
        ntt.Forward(values);
        for (var i = 0; i < n; i++) Assert.Equal(Evaluate(coefficients, ntt, i), values[i]);
        ntt.Inverse(values);
        Assert.Equal(coefficients, values);
    }

    [Theory]
    [InlineData(4096, 26)]
    [InlineData(8192, 50)]
    [InlineData(8192, 60)]
    [InlineData(32768, 60)]
    public void Forward_RealRings_SampledValuesAndWayBack(int n, int bits)
    {
        var random = TestRandom.Create(output);
        var modulus = new Modulus(Primes.Create(n, [bits])[0]);
        var ntt = Ntt.For(n, modulus);
        foreach (var coefficients in (ulong[][])[random.Residues(n, modulus.Value), [.. Enumerable.Repeat(modulus.Value - 1, n)]])
        {
            var values = coefficients.ToArray();
            ntt.Forward(values);
            foreach (var i in (int[])[0, 1, n / 2, n - 1, random.Next(n), random.Next(n)]) Assert.Equal(Evaluate(coefficients, ntt, i), values[i]);
            ntt.Inverse(values);
            Assert.Equal(coefficients, values);
        }
    }

    [Fact]
    public void Forward_InputsUpToFourQ_SameAsReduced()
    {
        var random = TestRandom.Create(output);
        const int N = 1024;
        var modulus = new Modulus(Primes.Create(N, [60])[0]);
        var ntt = Ntt.For(N, modulus);
        var lazy = new ulong[N];
        for (var i = 0; i < N; i++) lazy[i] = i % 3 == 0 ? (4 * modulus.Value) - 1 : (ulong)random.NextInt64() % (4 * modulus.Value);
        var reduced = lazy.Select(x => x % modulus.Value).ToArray();
        var unfinished = lazy.ToArray();
        ntt.Forward(lazy);
        ntt.Forward(reduced);
        ntt.ForwardLazy(unfinished);
        Assert.Equal(reduced, lazy);
        Assert.All(unfinished, x => Assert.InRange(x, 0UL, (4 * modulus.Value) - 1));
        Assert.Equal(reduced, unfinished.Select(x => x % modulus.Value));
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(9UL)]
    [InlineData(63UL)]
    [InlineData(127UL)]
    public void GaloisPermutation_OnValues_IsTheAutomorphismOnCoefficients(ulong element)
    {
        const int N = 64;
        var random = TestRandom.Create(output);
        var modulus = new Modulus(Primes.Create(N, [40])[0]);
        var ntt = Ntt.For(N, modulus);
        var coefficients = random.Residues(N, modulus.Value);
        var expected = new ulong[N];
        for (var t = 0; t < N; t++)
        {
            var exponent = (int)((ulong)t * element % (2 * N)); // X^(t·g), and X^N = -1
            expected[exponent % N] = exponent < N ? coefficients[t] : modulus.Negate(coefficients[t]);
        }
        ntt.Forward(coefficients);
        ntt.Forward(expected);
        var permuted = new ulong[N];
        new GaloisPermutation(N, element).Apply(coefficients, permuted);
        Assert.Equal(expected, permuted);
    }

    [Fact]
    public void GaloisPermutation_EveryWidth_EqualsOneByOne()
    {
        int[] widths = [Lanes256.IsSupported ? 4 : 1, Lanes512.IsSupported ? 8 : 1];
        foreach (var n in (int[])[2, 4, 8, 16, 64, 4096])
        {
            ulong[] values = [.. Enumerable.Range(0, n).Select(i => (ulong)i)];
            foreach (var element in (ulong[])[1, 3, 9, 27, (ulong)n + 1, (ulong)(2 * n) - 1])
            {
                var expected = new ulong[n];
                new GaloisPermutation(n, element, lanes: 1).Apply(values, expected);
                Assert.Equal(values, expected.Order());
                foreach (var lanes in widths.Where(lanes => lanes <= n))
                {
                    var permuted = new ulong[n];
                    new GaloisPermutation(n, element, lanes).Apply(values, permuted);
                    Assert.Equal(expected, permuted);
                }
            }
        }
    }

    [Fact]
    public void For_SamePair_SameInstance()
    {
        var modulus = new Modulus(Primes.Create(64, [30])[0]);
        Assert.Same(Ntt.For(64, modulus), Ntt.For(64, modulus));
        Assert.Throws<ArgumentException>(() => Ntt.For(1 << 20, modulus));
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(512)]
    public void SlotTransform_BothWays_EqualsTheDefinition(int n)
    {
        var random = TestRandom.Create(output);
        var transform = new SlotTransform(n);
        var coefficients = random.Reals(n);
        var slots = new Complex[n / 2];
        var (real, imaginary) = (new double[n / 2], new double[n / 2]);
        transform.ToSlots([.. coefficients], real, imaginary);
        for (var i = 0; i < slots.Length; i++) slots[i] = new Complex(real[i], imaginary[i]);
        var exponent = 1;
        for (var i = 0; i < n / 2; i++)
        {
            var expected = Complex.Zero;
            for (var t = 0; t < n; t++) expected += coefficients[t] * Complex.FromPolarCoordinates(1, Math.PI * (exponent * t % (2 * n)) / n);
            Assert.True(Complex.Abs(expected - slots[i]) < 1e-12 * n, $"slot {i} of {n}");
            exponent = exponent * 3 % (2 * n);
        }

        var back = new double[n];
        transform.ToCoefficients(real, imaginary, 1, back);
        for (var t = 0; t < n; t++) Assert.Equal(coefficients[t], back[t], 1e-12);
    }

    /// <summary>a(ψ^(2·brv(i)+1)) by Horner in 128-bit integers.</summary>
    private static ulong Evaluate(ulong[] coefficients, Ntt ntt, int i)
    {
        var q = ntt.Modulus.Value;
        var point = BigInteger.ModPow(ntt.Root, (2 * Ntt.ReverseBits(i, BitOperations.Log2((uint)coefficients.Length))) + 1, q);
        var value = UInt128.Zero;
        for (var t = coefficients.Length - 1; t >= 0; t--) value = ((value * (ulong)point) + coefficients[t]) % q;
        return (ulong)value;
    }
}
