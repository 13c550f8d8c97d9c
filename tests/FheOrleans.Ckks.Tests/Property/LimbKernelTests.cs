using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Property;

/// <summary>Every kernel at all lengths 0 .. 256, smallest and largest modulus, in place too, against <see cref="UInt128"/>; words around the spans must stay.</summary>
public sealed class LimbKernelTests(ITestOutputHelper output)
{
    private const ulong Guard = 0xFEED_FACE_CAFE_BEEF;

    private static readonly ulong[] Moduli = [3, 97, 40961, (1UL << 49) + 1, (1UL << 50) - 1, (1UL << 50) + 1, (1UL << 60) - 1];

    [Fact]
    public void Add_Any_EqualsUInt128() => Check((a, b, _, q) => (ulong)(((UInt128)a + b) % q), (a, b, _, to, q) => LimbKernels.Add(a, b, to, q));

    [Fact]
    public void Subtract_Any_EqualsUInt128() => Check((a, b, _, q) => (ulong)(((UInt128)a + q - b) % q), (a, b, _, to, q) => LimbKernels.Subtract(a, b, to, q));

    [Fact]
    public void Negate_Any_EqualsUInt128() => Check((a, _, _, q) => (q - a) % q, (a, _, _, to, q) => LimbKernels.Negate(a, to, q));

    [Fact]
    public void AddConstant_Any_EqualsUInt128() => Check((a, _, w, q) => (ulong)(((UInt128)a + w) % q), (a, _, w, to, q) => LimbKernels.AddConstant(a, w, to, q));

    [Fact]
    public void Multiply_Any_EqualsUInt128() => Check((a, b, _, q) => (ulong)((UInt128)a * b % q), (a, b, _, to, q) => LimbKernels.Multiply(a, b, to, q));

    [Fact]
    public void MultiplyConstant_Any_EqualsUInt128() =>
        Check((a, _, w, q) => (ulong)((UInt128)a * w % q), (a, _, w, to, q) => LimbKernels.MultiplyConstant(a, new ShoupFactor(w, q.Value), to, q));

    [Fact]
    public void SubtractMultiplyConstant_LazySubtrahend_EqualsUInt128() => Check(
        (a, b, w, q) => (ulong)(((UInt128)a + (4 * q) - (b + (3 * q))) * w % q),
        (a, b, w, to, q) => LimbKernels.SubtractMultiplyConstant(a, [.. b.ToArray().Select(x => x + (3 * q.Value))], new ShoupFactor(w, q.Value), to, q));

    [Fact]
    public void SubtractMultiplyConstant_Any_EqualsUInt128() => Check(
        (a, b, w, q) => (ulong)(((UInt128)a + q - b) * w % q),
        (a, b, w, to, q) => LimbKernels.SubtractMultiplyConstant(a, b, new ShoupFactor(w, q.Value), to, q));

    [Fact]
    public void MultiplyCross_SameFactors_EqualsUInt128() => Check(
        (a, b, _, q) => (ulong)((((UInt128)a * a) + ((UInt128)b * b)) % q),
        (a, b, _, to, q) => LimbKernels.MultiplyCross(a, b, b, a, to, q)); // a·d + b·c with c = b, d = a

    [Fact]
    public void Accumulating_Any_EqualsUInt128()
    {
        CheckAccumulating((t, a, b, _, q) => (ulong)((t + ((UInt128)a * b)) % q), (to, a, b, _, q) => LimbKernels.MultiplyAdd(to, a, b, q));
        CheckAccumulating((t, a, b, _, q) => (ulong)((((UInt128)t * a) + b) % q), (to, a, b, _, q) => LimbKernels.MultiplyThenAdd(to, a, b, q));
        CheckAccumulating(
            (t, a, _, w, q) => (ulong)((t + ((UInt128)a * w)) % q),
            (to, a, _, w, q) => LimbKernels.MultiplyConstantAdd(to, a, new ShoupFactor(w, q.Value), q));
    }

    [Fact]
    public void Reductions_Any_CongruentAndWithinThreeQ()
    {
        var random = TestRandom.Create(output);
        foreach (var q in Moduli)
        {
            foreach (var p in Moduli)
            {
                var modulus = new Modulus(q);
                var length = random.Next(60, 70);
                var source = random.Residues(length, p);
                var to = new ulong[length];
                LimbKernels.ReduceLazy(source, new Modulus(p), to, modulus);
                for (var i = 0; i < length; i++) Congruent(source[i], to[i], q);
                LimbKernels.ReduceCentredLazy(source, new Modulus(p), to, modulus);
                for (var i = 0; i < length; i++) Congruent(source[i] > p / 2 ? (Int128)source[i] - p : source[i], to[i], q);
            }
        }

        static void Congruent(Int128 expected, ulong found, ulong q)
        {
            Assert.InRange(found, 0UL, (3 * q) - 1);
            Assert.Equal((ulong)(((expected % q) + q) % q), found % q);
        }
    }

    [Theory]
    [InlineData(96UL, true)]
    [InlineData(97UL, false)]
    [InlineData(1UL << 63, false)]
    [InlineData(ulong.MaxValue, false)]
    public void AllBelow_OneWordAmongMany_FoundAtEveryPlace(ulong word, bool expected)
    {
        for (var length = 1; length <= 40; length++)
        {
            for (var at = 0; at < length; at++)
            {
                var words = new ulong[length];
                words[at] = word;
                Assert.Equal(expected, LimbKernels.AllBelow(words, 97));
            }
        }
    }

    [Fact]
    public void Kernels_DifferentLengths_Throw()
    {
        var q = new Modulus(97);
        Assert.Throws<ArgumentException>(() => LimbKernels.Add(new ulong[3], new ulong[4], new ulong[4], q));
        Assert.Throws<ArgumentException>(() => LimbKernels.Multiply(new ulong[4], new ulong[4], new ulong[3], q));
        Assert.Throws<ArgumentException>(() => LimbKernels.MultiplyConstantAdd(new ulong[4], new ulong[3], new ShoupFactor(1, 97), q));
        Assert.Throws<ArgumentException>(() => LimbKernels.SumOfProducts(new ulong[8], 2, new ulong[15], 2, new ulong[4], new ulong[4], q));
        Assert.Throws<ArgumentException>(() => LimbKernels.SumOfProducts(new ulong[7], 2, new ulong[16], 2, new ulong[4], new ulong[4], q));
    }

    private delegate void Kernel(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ulong w, Span<ulong> to, Modulus q);

    private delegate void Accumulating(Span<ulong> to, ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b, ulong w, Modulus q);

    private void Check(Func<ulong, ulong, ulong, ulong, ulong> oracle, Kernel kernel)
    {
        var random = TestRandom.Create(output);
        foreach (var q in Moduli)
        {
            for (var length = 0; length <= 256; length++)
            {
                var (a, b, w) = (random.Residues(length, q), random.Residues(length, q), random.Residue(q));
                var expected = a.Zip(b, (x, y) => oracle(x, y, w, q)).ToArray();
                var guarded = new ulong[length + 2];
                guarded[0] = guarded[^1] = Guard;
                kernel(a, b, w, guarded.AsSpan(1, length), new Modulus(q));
                Assert.Equal(expected, guarded[1..^1]);
                Assert.Equal((Guard, Guard), (guarded[0], guarded[^1]));
                kernel(a, b, w, a, new Modulus(q));
                Assert.Equal(expected, a);
            }
        }
    }

    private void CheckAccumulating(Func<ulong, ulong, ulong, ulong, ulong, ulong> oracle, Accumulating kernel)
    {
        var random = TestRandom.Create(output);
        foreach (var q in Moduli)
        {
            for (var length = 0; length <= 256; length++)
            {
                var (to, a, b, w) = (random.Residues(length, q), random.Residues(length, q), random.Residues(length, q), random.Residue(q));
                var expected = Enumerable.Range(0, length).Select(i => oracle(to[i], a[i], b[i], w, q)).ToArray();
                kernel(to, a, b, w, new Modulus(q));
                Assert.Equal(expected, to);
            }
        }
    }
}
