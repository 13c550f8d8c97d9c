using System.Globalization;
using System.Security.Cryptography;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Hashing;
using FheOrleans.Ckks.Wire.Compression;

namespace FheOrleans.Ckks.Wire;

/// <content>Ciphertexts and plaintexts.</content>
public static partial class SealReader
{
    /// <summary>Reads one ciphertext; a seeded one is expanded and remembers its seed.</summary>
    /// <param name="parameters">The parameters it must belong to.</param>
    /// <param name="bytes">One SEAL <c>Ciphertext</c> and nothing else.</param>
    /// <returns>The ciphertext.</returns>
    /// <exception cref="WireFormatException">The bytes are not a ciphertext for these parameters.</exception>
    /// <exception cref="SecretMaterialRefusedException">They have the shape of a plaintext or secret key.</exception>
    public static Ciphertext ReadCiphertext(CkksParameters parameters, ReadOnlySpan<byte> bytes) => ReadCiphertext(parameters, bytes, out _);

    /// <summary>Reads one ciphertext; a seeded one is expanded and remembers its seed.</summary>
    /// <param name="parameters">The parameters it must belong to.</param>
    /// <param name="bytes">One SEAL <c>Ciphertext</c> and nothing else.</param>
    /// <param name="version">The version pair of the headers, to answer with.</param>
    /// <returns>The ciphertext.</returns>
    /// <exception cref="WireFormatException">The bytes are not a ciphertext for these parameters.</exception>
    /// <exception cref="SecretMaterialRefusedException">They have the shape of a plaintext or secret key.</exception>
    public static Ciphertext ReadCiphertext(CkksParameters parameters, ReadOnlySpan<byte> bytes, out SealVersion version) =>
        ReadCiphertext(parameters, bytes, 0, out version);

    /// <summary>Reads several ciphertexts, one after another.</summary>
    /// <param name="parameters">The parameters they must belong to.</param>
    /// <param name="bytes">Whole SEAL <c>Ciphertext</c>s of one version and nothing else; none is allowed.</param>
    /// <returns>The ciphertexts in order.</returns>
    /// <exception cref="WireFormatException">The bytes are not such ciphertexts.</exception>
    /// <exception cref="SecretMaterialRefusedException">One has the shape of a plaintext or secret key.</exception>
    public static IReadOnlyList<Ciphertext> ReadCiphertexts(CkksParameters parameters, ReadOnlySpan<byte> bytes) =>
        ReadCiphertexts(parameters, bytes, out _);

    /// <summary>Reads several ciphertexts, one after another.</summary>
    /// <param name="parameters">The parameters they must belong to.</param>
    /// <param name="bytes">Whole SEAL <c>Ciphertext</c>s of one version and nothing else; none is allowed.</param>
    /// <param name="version">The version pair of the headers, to answer with; for no ciphertexts <see cref="SealVersion.ForUnknownClient"/>.</param>
    /// <returns>The ciphertexts in order.</returns>
    /// <exception cref="WireFormatException">The bytes are not such ciphertexts.</exception>
    /// <exception cref="SecretMaterialRefusedException">One has the shape of a plaintext or secret key.</exception>
    /// <remarks>
    /// Memory: 8 bytes for each residue, of which there are at most as many as the input's bits hold (<c>8·length / log2 q</c>), and
    /// twice as many when they are seeded; also for compressed input.
    /// </remarks>
    public static IReadOnlyList<Ciphertext> ReadCiphertexts(CkksParameters parameters, ReadOnlySpan<byte> bytes, out SealVersion version)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        version = SealVersion.ForUnknownClient;
        var result = new List<Ciphertext>();
        for (var at = 0; at < bytes.Length;)
        {
            var header = WireReader.PeekHeader(bytes[at..], "Ciphertext", at);
            var length = (int)header.Length;
            var ciphertext = ReadCiphertext(parameters, bytes.Slice(at, length), at, out var found);
            if (result.Count != 0 && found != version)
                throw new WireFormatException("Ciphertext.header.version", $"{found}", $"{version}, as in the first ciphertext", at + 3);
            version = found;
            result.Add(ciphertext);
            at += length;
        }
        return result;
    }

    /// <summary>Reads one plaintext, on the data owner's side. A secret key is refused: import that as what it is.</summary>
    /// <param name="parameters">The parameters it must belong to.</param>
    /// <param name="bytes">One SEAL <c>Plaintext</c> and nothing else.</param>
    /// <returns>The plaintext.</returns>
    /// <exception cref="WireFormatException">The bytes are not a plaintext for these parameters.</exception>
    /// <exception cref="SecretMaterialRefusedException">They are at key level: a secret key.</exception>
    public static Plaintext ReadPlaintext(CkksParameters parameters, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var packed = BodyDecompressor.For(bytes, "Plaintext");
        var reader = WireReader.Open(bytes, packed, "Plaintext");
        var id = reader.Id();
        if (id == parameters.KeyId && parameters.HasSpecialPrime) throw new SecretMaterialRefusedException("a plaintext at a data level", 0);
        var level = LevelOf(ref reader, parameters, id);
        var words = AlignedWords.Uninitialized((level + 1) * parameters.PolynomialDegree);
        var scale = PlaintextBody(ref reader, parameters, level, words.Span);
        return new Plaintext(parameters, level, scale, words);
    }

    /// <summary>Everything of a plaintext or secret key after its identifier. Returns the scale.</summary>
    internal static double PlaintextBody(ref WireReader reader, CkksParameters parameters, int? level, Span<ulong> words)
    {
        reader.Exactly("coeff_count", (ulong)words.Length);
        var scale = ReadScale(ref reader, parameters, level);
        ReadArrayHeader(ref reader, words.Length, residueBits: 0); // the same number in every slot packs to almost nothing
        ReadLimbs(ref reader, parameters, words);
        reader.End();
        return scale;
    }

    private static Ciphertext ReadCiphertext(CkksParameters parameters, ReadOnlySpan<byte> bytes, long origin, out SealVersion version)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var packed = BodyDecompressor.For(bytes, "Ciphertext", origin);
        var reader = WireReader.Open(bytes, packed, "Ciphertext", origin, insteadOfSecrets: "a ciphertext");
        var id = reader.Id();
        if (id == parameters.KeyId && parameters.HasSpecialPrime)
            throw reader.Fault("parms_id", ParametersId.ByteCount, "the identifier of the key level: this is a public key", "a ciphertext's, of a data level");
        var level = LevelOf(ref reader, parameters, id);
        var (size, scale, words, seed) = PairBody(ref reader, parameters, level + 1, Ciphertext.MaximumSize, level);
        reader.End();
        version = reader.Version;
        return new Ciphertext(parameters, level, size, scale, words, seed);
    }

    /// <summary>Everything of a ciphertext or public key after its identifier.</summary>
    /// <param name="reader">Just behind the identifier.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="limbs">Number of primes, by the identifier.</param>
    /// <param name="largestSize">Most polynomials accepted here.</param>
    /// <param name="level">Level for the bound of the scale; null for keys, whose scale is 1.</param>
    private static (int Size, double Scale, AlignedWords Words, PolynomialSeed? Seed) PairBody(
        ref WireReader reader, CkksParameters parameters, int limbs, int largestSize, int? level)
    {
        var ntt = reader.Byte("is_ntt_form");
        if (ntt != 1) throw reader.Fault("is_ntt_form", 1, $"{ntt}", "1");
        var size = reader.Between("size", Ciphertext.MinimumSize, largestSize);
        reader.Exactly("poly_modulus_degree", (ulong)parameters.PolynomialDegree);
        reader.Exactly("coeff_modulus_size", (ulong)limbs);
        var scale = ReadScale(ref reader, parameters, level);
        if (reader.Version.HasCorrectionFactor) reader.Exactly("correction_factor", 1);

        // There is no flag for the seeded form: it is size 2 with the words of one polynomial.
        var polynomial = limbs * parameters.PolynomialDegree;
        var full = size * polynomial;
        var isSeeded = size == 2 && reader.PeekUInt64(SealFormat.HeaderBytes) == (ulong)polynomial;
        var count = isSeeded ? polynomial : full;
        ReadArrayHeader(ref reader, count, (long)(count / limbs) * parameters.ModulusBits.Take(limbs).Sum(bits => bits - 1));
        var words = AlignedWords.Uninitialized(full);
        for (var p = 0; p < count / polynomial; p++) ReadLimbs(ref reader, parameters, words.Span.Slice(p * polynomial, polynomial));
        if (!isSeeded) return (size, scale, words, null);

        var seed = ReadSeed(ref reader);
        seed.Expand(parameters.Context.Moduli.AsSpan(0, limbs), words.Span[polynomial..]);
        return (size, scale, words, seed);
    }

    /// <summary>The array's header and count; both must be exact, and the words must be there before memory is taken for them.</summary>
    private static void ReadArrayHeader(ref WireReader reader, int count, long residueBits)
    {
        reader.NestedHeader("data", SealFormat.ArrayPrefixBytes + (8L * count));
        reader.Exactly("data.count", (ulong)count);
        reader.RequireWords("data", count, residueBits);
    }

    /// <summary>One polynomial; every word must be below its prime.</summary>
    private static void ReadLimbs(ref WireReader reader, CkksParameters parameters, Span<ulong> polynomial)
    {
        var n = parameters.PolynomialDegree;
        reader.Words("data", polynomial);
        for (var j = 0; j < polynomial.Length / n; j++)
        {
            if (!LimbKernels.AllBelow(polynomial.Slice(j * n, n), parameters.Primes[j]))
                throw reader.Fault("data", 8 * (polynomial.Length - (j * n)), "a word not below its prime", $"residues below prime {j} of the level");
        }
    }

    private static PolynomialSeed ReadSeed(ref WireReader reader)
    {
        reader.NestedHeader("seed", SealFormat.SeedInfoBytes);
        var generator = reader.Byte("seed.prng_type");
        if (!Enum.IsDefined((SeedGenerator)generator)) throw reader.Fault("seed.prng_type", 1, $"{generator}", "1 (BLAKE2Xb) or 2 (SHAKE256)");
        if (generator == (byte)SeedGenerator.Shake256 && !Shake256.IsSupported)
            throw reader.Fault("seed.prng_type", 1, "2 (SHAKE256)", "1 (BLAKE2Xb): the cryptographic library of this machine has no SHAKE256");
        return new PolynomialSeed((SeedGenerator)generator, reader.Bytes("seed", SeedStream.SeedBytes));
    }

    /// <summary>Keys have scale 1; anything else a positive normal number below the modulus of its level.</summary>
    private static double ReadScale(ref WireReader reader, CkksParameters parameters, int? level)
    {
        var scale = reader.Double("scale");
        if (level is not { } at)
            return scale == 1 ? scale : throw reader.Fault("scale", 8, scale.ToString("R", CultureInfo.InvariantCulture), "1, as keys have");
        var bits = parameters.ModulusBitsAtLevel(at);
        return scale > 0 && double.IsNormal(scale) && Math.ILogB(scale) < bits
            ? scale
            : throw reader.Fault("scale", 8, scale.ToString("R", CultureInfo.InvariantCulture), $"a positive normal number below 2^{bits}");
    }

    private static int LevelOf(ref WireReader reader, CkksParameters parameters, ParametersId id) =>
        parameters.TryGetLevel(id, out var level)
            ? level
            : throw reader.Fault("parms_id", ParametersId.ByteCount, $"{id}", $"the identifier of a level of {parameters}");
}
