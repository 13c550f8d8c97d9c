using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Property;

/// <summary>Weighted sums are the products and sums they stand for, word for word.</summary>
public sealed class LinearCombinationTests(ITestOutputHelper output)
{
    private const ulong Guard = 0xFEED_FACE_CAFE_BEEF;

    private static readonly ulong[] Moduli = [3, 97, 40961, (1UL << 46) - 1, (1UL << 49) + 1, (1UL << 50) - 1, (1UL << 50) + 1, (1UL << 60) - 1];

    /// <summary>Factors of 20 bits, which are split; of the size of the prime, which are reduced; words and sums at their upper edges.</summary>
    [Fact]
    public void Combine_EveryLengthAndModulusEdge_EqualsUInt128()
    {
        var random = TestRandom.Create(output);
        foreach (var q in Moduli)
        {
            foreach (var count in (int[])[1, 2, 35, 64, 65, 130])
            {
                foreach (var length in (int[])[0, 1, 7, 8, 16, 31, 32, 33, 64, 100]) Check(random, new Modulus(q), count, length);
            }
        }
    }

    /// <summary>
    /// Factors whose sum is the largest that split sums take, and one more, beside words q - 1; and products that leave lower parts of
    /// 2^45, the largest, all of one sign.
    /// </summary>
    [Theory]
    [InlineData((1UL << 50) - 1)]
    [InlineData((1UL << 49) + 1)]
    [InlineData((1UL << 48) - 59)]
    public void Combine_SumsAtTheLimitsOfTheirSplit_EqualsUInt128(ulong q)
    {
        const ulong Limit = 1UL << 47, Tie = 3UL << 45;
        var random = TestRandom.Create(output);
        foreach (var count in (int[])[1, 2, 31, 32, 35, 64, 67])
        {
            foreach (var sum in (ulong[])[Limit - 1, Limit, Limit + 1])
            {
                foreach (var sign in (int[])[1, -1])
                {
                    var factors = new long[count];
                    for (var k = 0; k < count; k++) factors[k] = sign * (long)((sum / (ulong)count) + (k == 0 ? sum % (ulong)count : 0));
                    Combine(random, new Modulus(q), factors, q - 1);
                }
            }
            foreach (var remainder in (int[])[1, 3]) Combine(random, new Modulus(q), [.. Enumerable.Range(0, count).Select(k => (4L * k) + remainder)], Tie % q);
        }
    }

    [Fact]
    public void LinearCombinationAddInPlace_AccumulatorAmongTheOperands_EqualsProductsAndSums()
    {
        using var keys = new KeySet();
        var evaluator = keys.Evaluator;
        var (accumulator, other) = (keys.Encrypt([0.5, -0.25]), keys.Encrypt([1]));
        Ciphertext[] operands = [.. Enumerable.Range(0, 37).Select(k => k % 3 == 0 ? accumulator : other)];
        double[] factors = [.. Enumerable.Range(0, operands.Length).Select(k => (double)((k % 7) - 3))];
        var expected = accumulator.Clone();
        for (var k = 0; k < operands.Length; k++) evaluator.MultiplyScalarAddInPlace(expected, operands[k], factors[k], 1);
        evaluator.LinearCombinationAddInPlace(accumulator, operands, factors, 1);
        Assert.True(expected.Words.SequenceEqual(accumulator.Words));
    }

    [Fact]
    public void LinearCombination_OneOfTheOperandsAsDestination_EqualsProductsAndSums()
    {
        using var keys = new KeySet();
        var random = TestRandom.Create(output);
        var evaluator = keys.Evaluator;
        var plainScale = Math.ScaleB(1, 22);
        Ciphertext[] operands = [.. Enumerable.Range(0, 67).Select(_ => keys.Encrypt(random.Reals(4096)))];
        var factors = random.Reals(operands.Length);
        var expected = evaluator.MultiplyScalar(operands[0], factors[0], plainScale);
        for (var k = 1; k < operands.Length; k++) evaluator.MultiplyScalarAddInPlace(expected, operands[k], factors[k], plainScale);

        var sum = evaluator.LinearCombination(operands.AsSpan(5), factors.AsSpan(5), plainScale);
        evaluator.LinearCombinationAddInPlace(sum, operands.AsSpan(0, 5), factors.AsSpan(0, 5), plainScale);
        Assert.True(expected.Words.SequenceEqual(sum.Words));
        Assert.Equal(expected.Scale, sum.Scale);
        evaluator.LinearCombination(operands, factors, plainScale, operands[3]);
        Assert.True(expected.Words.SequenceEqual(operands[3].Words));
        Assert.False(operands[3].IsSeeded);
    }

    [Fact]
    public void LinearCombination_TermsThatDoNotFit_Throw()
    {
        using var keys = new KeySet();
        var evaluator = keys.Evaluator;
        var a = keys.Encrypt([1.0]);
        Assert.Throws<ArgumentException>(() => evaluator.LinearCombination([], [], 2));
        Assert.Throws<ArgumentException>(() => evaluator.LinearCombination([a], [1, 2], 2));
        Assert.Throws<LevelMismatchException>(() => evaluator.LinearCombination([a, evaluator.DropLevel(a, 1)], [1, 2], 2));
        Assert.Throws<ScaleMismatchException>(() => evaluator.LinearCombination([a, a.WithScale(5)], [1, 2], 2));
        Assert.Throws<CiphertextSizeException>(() => evaluator.LinearCombination([a, evaluator.Square(a).WithScale(a.Scale)], [1, 2], 2));
        Assert.Throws<EncodingException>(() => evaluator.LinearCombination([a, a], [1, double.NaN], 2));
        Assert.Throws<ScaleMismatchException>(() => evaluator.LinearCombinationAddInPlace(a, [a], [1], 2));
    }

    private static void Combine(TestRandom random, Modulus modulus, long[] factors, ulong word)
    {
        const int Length = 40;
        var q = modulus.Value;
        var limb = AlignedWords.CopyOf([.. Enumerable.Repeat(word, Length)]);
        var terms = factors.Select(w => new CombinationTerm(modulus.ReduceSigned(w), modulus) { Words = limb }).ToArray();
        foreach (var accumulate in (bool[])[false, true])
        {
            var before = random.Residues(Length, q);
            before[0] = q - 1;
            var found = before.ToArray();
            LimbKernels.Combine(terms, found, accumulate, modulus);
            for (var i = 0; i < Length; i++)
            {
                UInt128 sum = accumulate ? before[i] : 0UL;
                foreach (var w in factors) sum = (sum + ((UInt128)modulus.ReduceSigned(w) * word)) % q;
                Assert.Equal((ulong)sum, found[i]);
            }
        }
    }

    private static void Check(TestRandom random, Modulus modulus, int count, int length)
    {
        var q = modulus.Value;
        var isSmall = random.Next(2) == 0;
        var factors = new ulong[count];
        for (var k = 0; k < count; k++) factors[k] = !isSmall ? random.Residue(q) : new Modulus(q).ReduceSigned(random.Next(-1 << 20, 1 << 20));
        var limbs = Enumerable.Range(0, count).Select(_ => AlignedWords.CopyOf(random.Residues(length, q))).ToArray();
        if (length % 2 == 0) Array.ForEach(limbs, limb => limb.Span.Fill(q - 1));
        var terms = factors.Zip(limbs, (w, limb) => new CombinationTerm(w, modulus) { Words = limb }).ToArray();
        foreach (var accumulate in (bool[])[false, true])
        {
            var before = random.Residues(length, q);
            ulong[] guarded = [Guard, .. before, Guard];
            LimbKernels.Combine(terms, guarded.AsSpan(1, length), accumulate, modulus);
            for (var i = 0; i < length; i++)
            {
                UInt128 sum = accumulate ? before[i] : 0UL;
                for (var k = 0; k < count; k++) sum = (sum + ((UInt128)factors[k] * limbs[k].Span[i])) % q;
                Assert.Equal((ulong)(sum % q), guarded[i + 1]);
            }
            Assert.Equal((Guard, Guard), (guarded[0], guarded[^1]));
        }
    }
}
