using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Wire;
using FheOrleans.Tests;

namespace FheOrleans.Ckks.Tests.KnownAnswer;

/// <summary>Whole objects of native SEAL 4.4.3 and node-seal 6.0.3 and 7.0.0, in all compression modes: read, relate, compute on, decrypt.</summary>
public sealed class SealSetTests
{
    [SharedDataTheory]
    [InlineData(VectorSet.Native1024)]
    [InlineData(VectorSet.Native2048)]
    [InlineData(VectorSet.Native4096)]
    [InlineData(VectorSet.Native8192)]
    public void Parameters_NativeSet_SamePrimesRootsAndChain(string set)
    {
        var vectors = new VectorSet(set);
        Assert.Equal(VectorSet.Words(vectors.Expected.GetProperty("coeff_modulus")), vectors.Parameters.Primes);
        Assert.Equal(VectorSet.Words(vectors.Expected.GetProperty("minimal_2N_roots")), vectors.Parameters.Context.Transforms.Select(ntt => ntt.Root));
        Assert.Equal(
            vectors.Expected.GetProperty("parms_ids_key_level_first").EnumerateArray().Select(id => id.GetString()),
            MicroVectorTests.Chain(vectors.Parameters));
    }

    [SharedDataTheory]
    [InlineData(VectorSet.Native1024)]
    [InlineData(VectorSet.Native2048)]
    [InlineData(VectorSet.Native4096)]
    [InlineData(VectorSet.Native8192)]
    [InlineData(VectorSet.NodeSeal6)]
    [InlineData(VectorSet.NodeSeal7)]
    public void ReadThenWrite_EveryObject_SameBytes(string set)
    {
        var vectors = new VectorSet(set);
        foreach (var file in vectors.Files)
        {
            var bytes = vectors.Bytes(file);
            var rewrite = vectors.Rewriter(file);
            Assert.True(Packing.Unpack(bytes).AsSpan().SequenceEqual(rewrite(bytes, vectors.Version, SealCompression.None)), file);
        }
    }

    /// <summary>Every version in every mode, and back again: the bytes that SEAL wrote.</summary>
    [SharedDataTheory]
    [InlineData(VectorSet.Native2048)]
    [InlineData(VectorSet.Native8192)]
    [InlineData(VectorSet.NodeSeal7)]
    public void WriteThenRead_EveryVersionAndMode_BackToSealsBytes(string set)
    {
        var vectors = new VectorSet(set);
        SealVersion[] versions = [SealVersion.V36, SealVersion.V37, SealVersion.V40, SealVersion.V41, SealVersion.V42, SealVersion.V43, SealVersion.V44];
        SealCompression[] modes = [SealCompression.None, SealCompression.Zlib, SealCompression.Zstd];
        var turn = 0;
        foreach (var file in vectors.Files)
        {
            var original = vectors.Bytes(file);
            var rewrite = vectors.Rewriter(file);
            foreach (var version in versions)
            {
                // Zlib takes a second for ten megabytes: keys go through one mode of each version, the rest through all.
                foreach (var mode in original.Length > 300_000 ? [modes[turn++ % 3]] : modes)
                {
                    var written = rewrite(original, version, mode);
                    Assert.Equal(new SealHeader(version, mode, written.Length), SealReader.ReadHeader(written));
                    Assert.True(Packing.Unpack(original).AsSpan().SequenceEqual(rewrite(written, vectors.Version, SealCompression.None)), $"{file} {version} {mode}");
                }
            }
        }
    }

    [SharedDataTheory]
    [InlineData(VectorSet.Native2048)]
    [InlineData(VectorSet.Native4096)]
    public void Read_SeededAndFullForm_SameWords(string set)
    {
        var vectors = new VectorSet(set);
        Assert.Equal(vectors.Ciphertext("ct_b_sym_full.seal").Words.ToArray(), vectors.Ciphertext("ct_b_sym_seeded.seal").Words.ToArray());
        Assert.True(vectors.Ciphertext("ct_b_sym_seeded.seal").IsSeeded);
        Assert.False(vectors.Ciphertext("ct_b_sym_full.seal").IsSeeded);
    }

    [SharedDataTheory]
    [InlineData(VectorSet.Native1024)]
    [InlineData(VectorSet.Native2048)]
    [InlineData(VectorSet.Native4096)]
    [InlineData(VectorSet.Native8192)]
    [InlineData(VectorSet.NodeSeal6)]
    [InlineData(VectorSet.NodeSeal7)]
    public void SecretKey_OfSeal_TernaryAndTheSameModuloEveryPrime(string set)
    {
        var vectors = new VectorSet(set);
        using var key = vectors.SecretKey();
        var reference = Coefficients(vectors.Parameters, 0, key.Limb(0));
        Assert.All(reference, coefficient => Assert.InRange(coefficient, -1, 1));
        for (var j = 1; j < vectors.Parameters.Primes.Length; j++) Assert.Equal(reference, Coefficients(vectors.Parameters, j, key.Limb(j)));
    }

    [SharedDataTheory]
    [InlineData(VectorSet.Native2048, "relin_full.seal")]
    [InlineData(VectorSet.Native2048, "relin_seeded.seal")]
    [InlineData(VectorSet.Native4096, "relin_full.seal")]
    [InlineData(VectorSet.Native8192, "relin_seeded.seal")]
    [InlineData(VectorSet.NodeSeal6, "relin_seeded.seal")]
    [InlineData(VectorSet.NodeSeal7, "relin_seeded.seal")]
    public void RelinearizationKeys_OfSeal_HideTheSquareOfTheSecret(string set, string file)
    {
        var vectors = new VectorSet(set);
        using var secret = vectors.SecretKey();
        KeyRelations.RequireKeySwitchKey(vectors.Parameters, secret, vectors.RelinearizationKeys(file).Key, (j, target) =>
            LimbKernels.Multiply(secret.Limb(j), secret.Limb(j), target, vectors.Parameters.Context.Moduli[j]));
    }

    [SharedDataTheory]
    [InlineData(VectorSet.Native2048, "galois_full.seal")]
    [InlineData(VectorSet.Native2048, "galois_seeded.seal")]
    [InlineData(VectorSet.Native4096, "galois_seeded.seal")]
    [InlineData(VectorSet.Native8192, "galois_seeded.seal")]
    [InlineData(VectorSet.NodeSeal6, "galois_seeded.seal")]
    [InlineData(VectorSet.NodeSeal7, "galois_seeded.seal")]
    public void GaloisKeys_OfSeal_HideTheRotatedSecret(string set, string file)
    {
        var vectors = new VectorSet(set);
        using var secret = vectors.SecretKey();
        var keys = vectors.GaloisKeys(file);
        foreach (var element in keys.Elements)
        {
            var permutation = new Transform.GaloisPermutation(vectors.Parameters.PolynomialDegree, element);
            KeyRelations.RequireKeySwitchKey(vectors.Parameters, secret, keys[element], (j, target) => permutation.Apply(secret.Limb(j), target));
        }
    }

    [SharedDataTheory]
    [InlineData(VectorSet.Native1024, "pk.seal")]
    [InlineData(VectorSet.Native2048, "pk.seal")]
    [InlineData(VectorSet.Native2048, "pk_seeded.seal")]
    [InlineData(VectorSet.Native4096, "pk_seeded.seal")]
    [InlineData(VectorSet.Native8192, "pk_seeded.seal")]
    [InlineData(VectorSet.NodeSeal6, "pk.seal")]
    [InlineData(VectorSet.NodeSeal7, "pk_seeded.seal")]
    public void PublicKey_OfSeal_EncryptsZero(string set, string file)
    {
        var vectors = new VectorSet(set);
        using var secret = vectors.SecretKey();
        KeyRelations.RequireZeroWithSmallNoise(vectors.Parameters, secret, vectors.PublicKey(file).Words.Span);
    }

    [SharedDataTheory]
    [InlineData(VectorSet.Native1024)]
    [InlineData(VectorSet.Native2048)]
    [InlineData(VectorSet.Native4096)]
    [InlineData(VectorSet.Native8192)]
    [InlineData(VectorSet.NodeSeal6)]
    [InlineData(VectorSet.NodeSeal7)]
    public void Decrypt_EveryCiphertext_SameNumbersAsSeal(string set)
    {
        var vectors = new VectorSet(set);
        using var secret = vectors.SecretKey();
        var decryptor = new Decryptor(secret);
        var encoder = new CkksEncoder(vectors.Parameters);
        foreach (var expected in vectors.Ciphertexts)
        {
            var ciphertext = vectors.Ciphertext(expected.GetProperty("file").GetString()!);
            Assert.Equal(expected.GetProperty("size").GetInt32(), ciphertext.Size);
            Assert.Equal(expected.GetProperty("coeff_modulus_size").GetInt32(), ciphertext.LimbCount);
            Assert.Equal(expected.GetProperty("scale").GetDouble(), ciphertext.Scale);
            if (expected.TryGetProperty("parms_id", out var id))
                Assert.Equal(id.GetString(), vectors.Parameters.IdAtLevel(ciphertext.Level).ToString());

            var values = encoder.DecodeReal(decryptor.Decrypt(ciphertext));
            var first = expected.GetProperty("decrypted_first").EnumerateArray().Select(value => value.GetDouble()).ToArray();
            for (var i = 0; i < first.Length; i++) Assert.Equal(first[i], values[i], 1e-9); // SEAL's own rounding; the README states it

            if (!expected.TryGetProperty("exact_first", out var exact)) continue;
            var bound = expected.GetProperty("max_abs_error").GetDouble() + 1e-9;
            Assert.All(exact.EnumerateArray().Select((value, i) => Math.Abs(value.GetDouble() - values[i])), error => Assert.True(error <= bound));
        }
    }

    [SharedDataTheory]
    [InlineData(VectorSet.Native1024)]
    [InlineData(VectorSet.Native2048)]
    public void Encode_WholePlaintext_SameWordsAsSeal(string set)
    {
        var vectors = new VectorSet(set);
        var plaintext = new CkksEncoder(vectors.Parameters).Encode(vectors.Input(0), vectors.Expected.GetProperty("scale").GetDouble());
        Assert.Equal(SealReader.ReadPlaintext(vectors.Parameters, vectors.Bytes("plain_a.seal")).Words.ToArray(), plaintext.Words.ToArray());
    }

    private static long[] Coefficients(CkksParameters parameters, int prime, ReadOnlySpan<ulong> limb)
    {
        var words = limb.ToArray();
        parameters.Context.Transforms[prime].Inverse(words);
        return KeyRelations.Centred(words, parameters.Primes[prime]);
    }
}
