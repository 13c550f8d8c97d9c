using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Transform;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Property;

/// <summary>
/// Key switching and rescaling of words at the edges of their ranges, over as many primes as there can be, for every kind of prime. The
/// bounds are those that no noise can pass: what overflowed anywhere on the way would be larger by many orders of magnitude.
/// </summary>
public sealed class ExtremeWordsTests(ITestOutputHelper output)
{
    private const int Degree = 256;
    private const double LargestNoise = 21; // of a key's polynomial: the difference of two 21-bit weights

    private static readonly int[] Steps = [1, -3];

    /// <summary>Split sums, reduced sums, words; chains across the changes between them; more digits than any sum takes without a fold.</summary>
    public static TheoryData<int[]> Chains => [
        Many(46, 18), Many(50, 10), Many(60, 16),
        [60, 20, 50, 46, 51, 47, 59, 30, 60], [20, 60, 60, 60, 60], [50, 50, 36, 26, 50],
    ];

    [Theory]
    [MemberData(nameof(Chains))]
    public void Relinearize_ExtremeWords_ChangesWhatIsDecryptedByNoiseAlone(int[] bits) => ForEach(bits, (owner, evaluator, words, level) =>
    {
        var ciphertext = Filled(owner.Parameters, level, 3, words);
        var expected = owner.Decryptor.Decrypt(ciphertext);
        var relinearized = evaluator.Relinearize(ciphertext, owner.Relinearization);
        RequireClose(expected, owner.Decryptor.Decrypt(relinearized), SwitchBound(evaluator, level));

        // In place the limbs of the result take the room of those that are added to it.
        evaluator.Relinearize(ciphertext, owner.Relinearization, ciphertext);
        Assert.True(relinearized.Words.SequenceEqual(ciphertext.Words));
    });

    [Theory]
    [MemberData(nameof(Chains))]
    public void Rotate_ExtremeWords_MovesWhatIsDecryptedWithNoiseAlone(int[] bits) => ForEach(bits, (owner, evaluator, words, level) =>
    {
        var ciphertext = Filled(owner.Parameters, level, 2, words);
        Ciphertext[] rotated = [Ciphertext.Allocate(owner.Parameters), Ciphertext.Allocate(owner.Parameters, 2, 0)];
        evaluator.RotateMany(ciphertext, Steps, owner.Galois, rotated);
        foreach (var (step, result) in Steps.Zip(rotated))
        {
            var expected = owner.Decryptor.Decrypt(ciphertext);
            var permutation = new GaloisPermutation(Degree, GaloisElements.FromStep(Degree, step));
            for (var j = 0; j <= level; j++) permutation.Apply(expected.Limb(j).ToArray(), expected.MutableLimb(j));
            RequireClose(expected, owner.Decryptor.Decrypt(result), SwitchBound(evaluator, level));
            Assert.True(evaluator.Rotate(ciphertext, step, owner.Galois).Words.SequenceEqual(result.Words));
        }
    });

    [Theory]
    [MemberData(nameof(Chains))]
    public void Rescale_ExtremeWords_IsTheRoundedQuotientExactly(int[] bits) => ForEach(bits, (owner, evaluator, words, level) =>
    {
        if (level == 0) return;
        var parameters = owner.Parameters;
        var ciphertext = Filled(parameters, level, 3, words).WithScale(Math.ScaleB(1, 30));
        var result = evaluator.Rescale(ciphertext);
        for (var p = 0; p < 3; p++)
        {
            var remainders = KeyRelations.Centred(Coefficients(parameters, ciphertext.Limb(p, level), level), parameters.Primes[level]);
            for (var j = 0; j < level; j++)
            {
                var (before, after) = (Coefficients(parameters, ciphertext.Limb(p, j), j), Coefficients(parameters, result.Limb(p, j), j));
                var (q, dropped) = (parameters.Primes[j], (Int128)(parameters.Primes[level] % parameters.Primes[j]));
                var isQuotient = true;
                for (var i = 0; i < Degree; i++) isQuotient &= before[i] == Modulo((after[i] * dropped) + remainders[i], q);
                Assert.True(isQuotient, $"level {level}, polynomial {p}, limb {j}");
            }
        }
    });

    private void ForEach(int[] bits, Action<Owner, Evaluator, Func<ulong, int, ulong>, int> check)
    {
        var random = TestRandom.Create(output);
        using var owner = new Owner(CkksParameters.CreateForVectors(Degree, bits));
        var parameters = owner.Parameters;
        Func<ulong, int, ulong>[] fillings =
        [
            (q, _) => q - 1, (q, i) => (i & 1) == 0 ? q - 1 : 0, (q, i) => (i & 64) == 0 ? q / 2 : (q / 2) + 1, (q, _) => random.Residue(q),
        ];
        foreach (var digits in Enum.GetValues<KeySwitchDigits>())
        {
            foreach (var words in fillings)
            {
                foreach (var level in new[] { parameters.MaximumLevel, parameters.MaximumLevel / 2, 0 }.Distinct())
                    check(owner, new Evaluator(parameters, digits), words, level);
            }
        }
    }

    /// <summary>The most a key switch can change: digits times the noise of their keys, divided by P, and the rounding of both polynomials.</summary>
    private static double SwitchBound(Evaluator evaluator, int level)
    {
        var parameters = evaluator.Parameters;
        var digit = evaluator.Digits == KeySwitchDigits.Centred ? 0.5 : 1;
        var digits = parameters.Primes[..(level + 1)].Sum(q => digit * q / parameters.SpecialPrime);
        return (digits * Degree * LargestNoise) + ((1 + Degree) / 2.0);
    }

    private static void RequireClose(Plaintext expected, Plaintext found, double bound)
    {
        Assert.Equal(expected.Level, found.Level);
        var parameters = expected.Parameters;
        long[]? first = null;
        for (var j = 0; j <= expected.Level; j++)
        {
            var (q, difference) = (parameters.Context.Moduli[j], new ulong[Degree]);
            LimbKernels.Subtract(found.Limb(j), expected.Limb(j), difference, q);
            var centred = KeyRelations.Centred(Coefficients(parameters, difference, j), q.Value);

            // A prime smaller than the bound tells only that it agrees with the others.
            if (bound < q.Value / 2.0) Assert.InRange(centred.Max(Math.Abs), 0, bound);
            first ??= bound < q.Value / 2.0 ? centred : null;
            var agrees = true;
            for (var i = 0; first is not null && i < Degree; i++) agrees &= (first[i] - centred[i]) % (long)q.Value == 0;
            Assert.True(agrees, $"limb {j} of {expected.LimbCount}");
        }
    }

    private static Ciphertext Filled(CkksParameters parameters, int level, int size, Func<ulong, int, ulong> words)
    {
        var ciphertext = Ciphertext.Unwritten(parameters, level, size);
        for (var p = 0; p < size; p++)
        {
            for (var j = 0; j <= level; j++)
            {
                var limb = ciphertext.MutableLimb(p, j);
                for (var i = 0; i < limb.Length; i++) limb[i] = words(parameters.Primes[j], i);
            }
        }
        return ciphertext;
    }

    private static ulong[] Coefficients(CkksParameters parameters, ReadOnlySpan<ulong> limb, int j)
    {
        var coefficients = limb.ToArray();
        parameters.Context.Transforms[j].Inverse(coefficients);
        return coefficients;
    }

    private static ulong Modulo(Int128 value, ulong q) => (ulong)(((value % q) + q) % q);

    private static int[] Many(int bits, int count) => [.. Enumerable.Repeat(bits, count)];

    private sealed class Owner : IDisposable
    {
        private readonly SecretKey _secret;

        public Owner(CkksParameters parameters)
        {
            (Parameters, _secret) = (parameters, SecretKey.Generate(parameters));
            var generator = new KeyGenerator(_secret);
            (Relinearization, Galois, Decryptor) = (generator.CreateRelinearizationKeys(), generator.CreateGaloisKeys(Steps), new Decryptor(_secret));
        }

        public CkksParameters Parameters { get; }

        public RelinearizationKeys Relinearization { get; }

        public GaloisKeys Galois { get; }

        public Decryptor Decryptor { get; }

        public void Dispose() => _secret.Dispose();
    }
}
