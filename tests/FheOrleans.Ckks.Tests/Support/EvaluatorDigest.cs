using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks.Tests.Support;

/// <summary>
/// A digest of what the evaluator makes of fixed words: the same for every instruction set, in both digit forms, with primes on both sides
/// of every change of arithmetic. The words are no encryptions, and need not be: every operation is one on residues.
/// </summary>
internal static class EvaluatorDigest
{
    private const int Degree = 1024;
    private const ulong Element = 3; // rotation by one

    private static readonly int[][] Chains = [[50, 40, 30, 50], [46, 38, 47, 38, 46], [60, 40, 40, 60], [52, 60, 51, 55], [20, 59, 30, 45], [45, 44, 60]];

    public static string Compute()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var chain in Chains)
        {
            var parameters = CkksParameters.CreateForVectors(Degree, chain);
            foreach (var digits in Enum.GetValues<KeySwitchDigits>()) Append(hash, new Evaluator(parameters, digits), new Random(1));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, Evaluator evaluator, Random random)
    {
        var parameters = evaluator.Parameters;
        var galois = new GaloisKeys(parameters, [KeyValuePair.Create(Element, Key(parameters, random, new GaloisPermutation(Degree, Element)))]);
        var relinearization = new RelinearizationKeys(parameters, Key(parameters, random, null));
        for (var level = parameters.MaximumLevel; level >= 0; level--)
        {
            var (a, b) = (Ciphertext(parameters, level, random), Ciphertext(parameters, level, random));
            var product = evaluator.Multiply(a, b);
            var relinearized = evaluator.Relinearize(product, relinearization);
            Add(product);
            Add(relinearized);
            Add(evaluator.Square(a));
            Add(evaluator.Rotate(a, 1, galois));
            if (level > 0) Add(evaluator.Rescale(relinearized));
            Ciphertext[] both = [Ckks.Ciphertext.Allocate(parameters), Ckks.Ciphertext.Allocate(parameters)];
            evaluator.RotateMany(b, [1, 1], galois, both);
            Assert.True(evaluator.Rotate(b, 1, galois).Words.SequenceEqual(both[0].Words));
            Assert.True(both[0].Words.SequenceEqual(both[1].Words));
            Add(evaluator.LinearCombination([a, b, relinearized.WithScale(a.Scale)], [0.5, -3, 0.25], 1 << 10));
        }

        void Add(Ciphertext ciphertext) => hash.AppendData(MemoryMarshal.AsBytes(ciphertext.Words));
    }

    private static KeySwitchKey Key(CkksParameters parameters, Random random, GaloisPermutation? permutation)
    {
        var primes = parameters.Primes.Length;
        var digits = new AlignedWords[primes - 1];
        for (var d = 0; d < digits.Length; d++)
        {
            digits[d] = AlignedWords.Zeroed(2 * primes * Degree);
            Fill(digits[d].Span[..(primes * Degree)], parameters, random);
            Fill(digits[d].Span[(primes * Degree)..], parameters, random);
        }
        return new KeySwitchKey(parameters.Context, digits, new Hashing.PolynomialSeed?[digits.Length], permutation);
    }

    private static Ciphertext Ciphertext(CkksParameters parameters, int level, Random random)
    {
        var ciphertext = Ckks.Ciphertext.Allocate(parameters, 2, level);
        for (var p = 0; p < 2; p++) Fill(ciphertext.Polynomial(p), parameters, random);
        return ciphertext;
    }

    private static void Fill(Span<ulong> words, CkksParameters parameters, Random random)
    {
        for (var i = 0; i < words.Length; i++) words[i] = (ulong)random.NextInt64((long)parameters.Primes[i / Degree]);
    }
}
