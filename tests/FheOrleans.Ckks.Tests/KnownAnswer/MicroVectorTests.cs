using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Hashing;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Transform;
using FheOrleans.Tests;

namespace FheOrleans.Ckks.Tests.KnownAnswer;

/// <summary>The pieces of the scheme against <c>micro.json</c>: internals of native SEAL 4.4.3.</summary>
public sealed class MicroVectorTests
{
    [SharedDataTheory]
    [InlineData("blake2xb", 1)]
    [InlineData("shake256", 2)]
    public void SeedStream_SealSeed_SameBytes(string name, byte generator)
    {
        var micro = VectorSet.Micro();
        var stream = new SeedStream((SeedGenerator)generator, Convert.FromHexString(micro.GetProperty("prng_seed_hex").GetString()!), new byte[SeedStream.StreamBlockBytes]);
        var bytes = new byte[12288];
        stream.Fill(bytes);
        foreach (var part in micro.GetProperty(name).EnumerateObject())
        {
            var bounds = part.Name.Split('_');
            var from = int.Parse(bounds[1], CultureInfo.InvariantCulture);
            var to = int.Parse(bounds[2], CultureInfo.InvariantCulture);
            Assert.Equal(part.Value.GetString(), Convert.ToHexStringLower(bytes.AsSpan(from, to - from + 1)));
        }
    }

    [SharedDataTheory]
    [InlineData("blake2xb", 1)]
    [InlineData("shake256", 2)]
    public void Expand_PrimesFarFromPowersOfTwo_SameWordsWithRejections(string name, byte generator)
    {
        var micro = VectorSet.Micro();
        var sample = micro.GetProperty("sample_poly_uniform");
        var n = sample.GetProperty("poly_modulus_degree").GetInt32();
        Modulus[] moduli = [.. VectorSet.Words(sample.GetProperty("coeff_modulus")).Select(prime => new Modulus(prime))];
        var seed = new PolynomialSeed((SeedGenerator)generator, Convert.FromHexString(micro.GetProperty("prng_seed_hex").GetString()!));
        var words = new ulong[n * moduli.Length];
        seed.Expand(moduli, words);

        var expected = sample.GetProperty(name);
        Assert.Equal(VectorSet.Words(expected.GetProperty("limb0_first8")), words[..8]);
        Assert.Equal(VectorSet.Words(expected.GetProperty("limb1_first4")), words[n..(n + 4)]);
        Assert.Equal(VectorSet.Words(expected.GetProperty("limb2_last4")), words[^4..]);
        var digest = new byte[32];
        Blake2b.Hash(MemoryMarshal.AsBytes(words.AsSpan()), digest);
        Assert.Equal(expected.GetProperty("blake2b256_of_all_words_le").GetString(), Convert.ToHexStringLower(digest));
    }

    [SharedDataFact]
    public void Ntt_SmallRings_SameRootValuesAndPermutations()
    {
        foreach (var vector in VectorSet.Micro().GetProperty("ntt").EnumerateArray())
        {
            var n = vector.GetProperty("N").GetInt32();
            var ntt = Ntt.For(n, new Modulus(VectorSet.Word(vector.GetProperty("q"))));
            Assert.Equal(VectorSet.Word(vector.GetProperty("minimal_primitive_2N_root")), ntt.Root);

            var coefficients = VectorSet.Words(vector.GetProperty("coeffs"));
            var values = coefficients.ToArray();
            ntt.Forward(values);
            Assert.Equal(VectorSet.Words(vector.GetProperty("ntt")), values);

            var permuted = new ulong[n];
            new GaloisPermutation(n, 3).Apply(values, permuted);
            Assert.Equal(VectorSet.Words(vector.GetProperty("ntt_after_galois_3")), permuted);
            new GaloisPermutation(n, (2 * (ulong)n) - 1).Apply(values, permuted);
            Assert.Equal(VectorSet.Words(vector.GetProperty("ntt_after_galois_2N_minus_1")), permuted);

            ntt.Inverse(values);
            Assert.Equal(coefficients, values);
        }
    }

    [SharedDataFact]
    public void Encode_SmallRings_SameCoefficientsAndWords()
    {
        foreach (var vector in VectorSet.Micro().GetProperty("encode").EnumerateArray())
        {
            var n = vector.GetProperty("N").GetInt32();
            var parameters = CkksParameters.FromPrimesForVectors(n, [VectorSet.Word(vector.GetProperty("q0"))]);
            Complex[] slots = [.. Enumerable.Range(0, n / 2).Select(i => new Complex((1.5 * i) - 0.75, (0.25 * i) + 0.125))];
            var plaintext = new CkksEncoder(parameters).Encode(slots, vector.GetProperty("scale").GetDouble());
            Assert.Equal(VectorSet.Words(vector.GetProperty("ntt_limb0")), plaintext.Words.ToArray());

            var coefficients = plaintext.Words.ToArray();
            parameters.Context.Transforms[0].Inverse(coefficients);
            var modulus = parameters.Primes[0];
            Assert.Equal(
                vector.GetProperty("signed_coeffs").EnumerateArray().Select(text => long.Parse(text.GetString()!, CultureInfo.InvariantCulture)),
                coefficients.Select(word => word > modulus / 2 ? (long)word - (long)modulus : (long)word));
        }
    }

    [SharedDataFact]
    public void GaloisElements_EveryStep_SameElementAndIndex()
    {
        foreach (var vector in VectorSet.Micro().GetProperty("galois_elts").EnumerateArray())
        {
            var n = vector.GetProperty("N").GetInt32();
            var step = vector.GetProperty("step").GetInt32();
            var element = step == 0 ? GaloisElements.Conjugation(n) : GaloisElements.FromStep(n, step);
            Assert.Equal(vector.GetProperty("elt").GetUInt64(), element);
            Assert.Equal(vector.GetProperty("index").GetInt32(), GaloisElements.IndexOf(element));
        }
    }

    [SharedDataFact]
    public void Parameters_NineSets_SamePrimesRootsAndIdentifiers()
    {
        foreach (var vector in VectorSet.Micro().GetProperty("params").EnumerateArray())
        {
            int[] bits = [.. vector.GetProperty("bits").EnumerateArray().Select(size => size.GetInt32())];
            var parameters = CkksParameters.CreateForVectors(vector.GetProperty("N").GetInt32(), bits);
            Assert.Equal(VectorSet.Words(vector.GetProperty("primes")), parameters.Primes);
            Assert.Equal(VectorSet.Words(vector.GetProperty("roots")), parameters.Context.Transforms.Select(ntt => ntt.Root));
            Assert.Equal(vector.GetProperty("parms_ids").EnumerateArray().Select(id => id.GetString()), Chain(parameters));
        }
    }

    /// <summary>Key level first, then the data levels downwards, as the vectors list them.</summary>
    internal static IEnumerable<string> Chain(CkksParameters parameters)
    {
        if (parameters.HasSpecialPrime) yield return parameters.KeyId.ToString();
        for (var level = parameters.MaximumLevel; level >= 0; level--) yield return parameters.IdAtLevel(level).ToString();
    }
}
