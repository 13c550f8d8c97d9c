using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Tests;

namespace FheOrleans.Ckks.Tests.KnownAnswer;

/// <summary>The evaluator in SEAL-exact mode against results of native SEAL 4.4.3: every word.</summary>
public sealed class SealEvaluationTests
{
    [SharedDataTheory]
    [InlineData(VectorSet.Native1024)]
    [InlineData(VectorSet.Native2048)]
    public void Add_SameWords(string set)
    {
        var vectors = new VectorSet(set);
        var sum = Exact(vectors).Add(vectors.Ciphertext("ct_a_pk.seal"), vectors.Ciphertext("ct_b_sym_seeded.seal"));
        RequireSame(vectors, "ct_add.seal", sum);
    }

    [SharedDataTheory]
    [InlineData(VectorSet.Native2048, "galois_full.seal", 1)]
    [InlineData(VectorSet.Native2048, "galois_seeded.seal", -2)]
    [InlineData(VectorSet.Native4096, "galois_seeded.seal", 1)]
    [InlineData(VectorSet.Native4096, "galois_seeded.seal", -2)]
    [InlineData(VectorSet.Native8192, "galois_seeded.seal", 1)]
    [InlineData(VectorSet.NodeSeal7, "galois_seeded.seal", 1)]
    public void Rotate_SameWords(string set, string keys, int step)
    {
        var vectors = new VectorSet(set);
        var rotated = Exact(vectors).Rotate(vectors.Ciphertext("ct_a_pk.seal"), step, vectors.GaloisKeys(keys));
        RequireSame(vectors, $"ct_rot_{step}.seal", rotated);
    }

    [SharedDataFact]
    public void Conjugate_SameWords()
    {
        var vectors = new VectorSet(VectorSet.Native4096);
        RequireSame(vectors, "ct_conj.seal", Exact(vectors).Conjugate(vectors.Ciphertext("ct_a_pk.seal"), vectors.GaloisKeys("galois_seeded.seal")));
    }

    [SharedDataFact]
    public void Multiply_SameWords()
    {
        var vectors = new VectorSet(VectorSet.Native4096);
        RequireSame(vectors, "ct_mul3.seal", Exact(vectors).Multiply(vectors.Ciphertext("ct_a_pk.seal"), vectors.Ciphertext("ct_b_sym_full.seal")));
    }

    [SharedDataTheory]
    [InlineData("relin_full.seal")]
    [InlineData("relin_seeded.seal")]
    public void Relinearize_SameWords(string keys)
    {
        var vectors = new VectorSet(VectorSet.Native4096);
        RequireSame(vectors, "ct_mul_relin.seal", Exact(vectors).Relinearize(vectors.Ciphertext("ct_mul3.seal"), vectors.RelinearizationKeys(keys)));
    }

    [SharedDataFact]
    public void Rescale_SameWordsAndScale()
    {
        var vectors = new VectorSet(VectorSet.Native4096);
        RequireSame(vectors, "ct_mul_relin_rescale.seal", Exact(vectors).Rescale(vectors.Ciphertext("ct_mul_relin.seal")));
    }

    [SharedDataTheory]
    [InlineData(VectorSet.Native8192)]
    [InlineData(VectorSet.NodeSeal7)]
    public void MultiplyRelinearizeRescale_CompressedSets_SameWordsAndScale(string set)
    {
        var vectors = new VectorSet(set);
        var exact = Exact(vectors);
        var product = exact.Multiply(vectors.Ciphertext("ct_a_pk.seal"), vectors.Ciphertext("ct_b_sym_seeded.seal"));
        RequireSame(vectors, "ct_mul_relin_rescale.seal", exact.Rescale(exact.Relinearize(product, vectors.RelinearizationKeys("relin_seeded.seal"))));
    }

    [SharedDataFact]
    public void DropLevel_SameWords()
    {
        var vectors = new VectorSet(VectorSet.Native4096);
        RequireSame(vectors, "ct_a_modswitch.seal", Exact(vectors).DropLevel(vectors.Ciphertext("ct_a_pk.seal"), 0));
    }

    private static Evaluator Exact(VectorSet vectors) => new(vectors.Parameters, KeySwitchDigits.SealExact);

    private static void RequireSame(VectorSet vectors, string file, Ciphertext result)
    {
        var expected = vectors.Ciphertext(file);
        Assert.Equal((expected.Size, expected.Level, expected.Scale), (result.Size, result.Level, result.Scale));
        Assert.Equal(expected.Words.ToArray(), result.Words.ToArray());
    }
}
