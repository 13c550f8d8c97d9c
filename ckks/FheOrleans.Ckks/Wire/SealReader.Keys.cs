using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Hashing;
using FheOrleans.Ckks.Transform;
using FheOrleans.Ckks.Wire.Compression;

namespace FheOrleans.Ckks.Wire;

/// <content>Public, relinearization and Galois keys.</content>
public static partial class SealReader
{
    /// <summary>Reads a public key.</summary>
    /// <param name="parameters">The parameters it must belong to.</param>
    /// <param name="bytes">One SEAL <c>PublicKey</c> and nothing else.</param>
    /// <returns>The key.</returns>
    /// <exception cref="WireFormatException">The bytes are not a public key for these parameters.</exception>
    /// <exception cref="SecretMaterialRefusedException">They have the shape of a plaintext or secret key.</exception>
    public static PublicKey ReadPublicKey(CkksParameters parameters, ReadOnlySpan<byte> bytes) => ReadPublicKey(parameters, bytes, out _);

    /// <summary>Reads a public key.</summary>
    /// <param name="parameters">The parameters it must belong to.</param>
    /// <param name="bytes">One SEAL <c>PublicKey</c> and nothing else.</param>
    /// <param name="version">The version pair of the headers, to answer with.</param>
    /// <returns>The key.</returns>
    /// <exception cref="WireFormatException">The bytes are not a public key for these parameters.</exception>
    /// <exception cref="SecretMaterialRefusedException">They have the shape of a plaintext or secret key.</exception>
    public static PublicKey ReadPublicKey(CkksParameters parameters, ReadOnlySpan<byte> bytes, out SealVersion version)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var packed = BodyDecompressor.For(bytes, "PublicKey");
        var reader = WireReader.Open(bytes, packed, "PublicKey", insteadOfSecrets: "a public key");
        var (words, seed) = KeyPair(ref reader, parameters);
        reader.End();
        version = reader.Version;
        return new PublicKey(parameters, words, seed);
    }

    /// <summary>Reads relinearization keys: the key for s², alone.</summary>
    /// <param name="parameters">The parameters they must belong to.</param>
    /// <param name="bytes">One SEAL <c>RelinKeys</c> and nothing else.</param>
    /// <returns>The keys.</returns>
    /// <exception cref="WireFormatException">The bytes are not such keys for these parameters.</exception>
    /// <exception cref="SecretMaterialRefusedException">They have the shape of a plaintext or secret key.</exception>
    public static RelinearizationKeys ReadRelinearizationKeys(CkksParameters parameters, ReadOnlySpan<byte> bytes) =>
        ReadRelinearizationKeys(parameters, bytes, out _);

    /// <summary>Reads relinearization keys: the key for s², alone.</summary>
    /// <param name="parameters">The parameters they must belong to.</param>
    /// <param name="bytes">One SEAL <c>RelinKeys</c> and nothing else.</param>
    /// <param name="version">The version pair of the headers, to answer with.</param>
    /// <returns>The keys.</returns>
    /// <exception cref="WireFormatException">The bytes are not such keys for these parameters.</exception>
    /// <exception cref="SecretMaterialRefusedException">They have the shape of a plaintext or secret key.</exception>
    public static RelinearizationKeys ReadRelinearizationKeys(CkksParameters parameters, ReadOnlySpan<byte> bytes, out SealVersion version)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using var packed = BodyDecompressor.For(bytes, "RelinKeys");
        var reader = WireReader.Open(bytes, packed, "RelinKeys", insteadOfSecrets: "relinearization keys");
        RequireKeyLevel(ref reader, parameters);
        reader.Exactly("dim1", 1);
        reader.Exactly("dim2", DigitCount(parameters));
        var key = ReadKey(ref reader, parameters, new KeyRandomness(), null);
        reader.End();
        version = reader.Version;
        return new RelinearizationKeys(parameters, key);
    }

    /// <summary>Reads Galois keys for exactly the elements that were declared.</summary>
    /// <param name="parameters">The parameters they must belong to.</param>
    /// <param name="bytes">One SEAL <c>GaloisKeys</c> and nothing else.</param>
    /// <param name="declaredElements">Galois elements, see <see cref="GaloisElements"/>: odd, 3 to 2N - 1.</param>
    /// <returns>The keys.</returns>
    /// <exception cref="WireFormatException">The bytes are not such keys for these parameters, or not for those elements.</exception>
    /// <exception cref="SecretMaterialRefusedException">They have the shape of a plaintext or secret key.</exception>
    public static GaloisKeys ReadGaloisKeys(CkksParameters parameters, ReadOnlySpan<byte> bytes, IEnumerable<ulong> declaredElements) =>
        ReadGaloisKeys(parameters, bytes, declaredElements, out _);

    /// <summary>Reads Galois keys for exactly the elements that were declared.</summary>
    /// <param name="parameters">The parameters they must belong to.</param>
    /// <param name="bytes">One SEAL <c>GaloisKeys</c> and nothing else.</param>
    /// <param name="declaredElements">Galois elements, see <see cref="GaloisElements"/>: odd, 3 to 2N - 1.</param>
    /// <param name="version">The version pair of the headers, to answer with.</param>
    /// <returns>The keys.</returns>
    /// <exception cref="WireFormatException">The bytes are not such keys for these parameters, or not for those elements.</exception>
    /// <exception cref="SecretMaterialRefusedException">They have the shape of a plaintext or secret key.</exception>
    /// <remarks>
    /// A key moved to another index leaves its own empty, and one copied repeats its randomness: both are refused. Two keys that changed
    /// places, or one made for another element, cannot be found without the secret key: whoever could tell for which element a key was
    /// made could tell encryptions of P·σ(s) from those of P·σ'(s). They decrypt nothing and rotate to noise; the data owner sees it by
    /// decrypting one rotated test vector per key. See docs/wire-format.md.
    /// </remarks>
    public static GaloisKeys ReadGaloisKeys(
        CkksParameters parameters, ReadOnlySpan<byte> bytes, IEnumerable<ulong> declaredElements, out SealVersion version)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(declaredElements);
        var missing = new SortedSet<ulong>(declaredElements);
        foreach (var element in missing)
        {
            if (element % 2 == 0 || element < 3 || element >= 2 * (ulong)parameters.PolynomialDegree)
                throw new ArgumentOutOfRangeException(nameof(declaredElements), element, "A Galois element is odd, 3 to 2N - 1.");
        }

        using var packed = BodyDecompressor.For(bytes, "GaloisKeys");
        var reader = WireReader.Open(bytes, packed, "GaloisKeys", insteadOfSecrets: "Galois keys");
        RequireKeyLevel(ref reader, parameters);
        var indices = reader.Between("dim1", 0, parameters.PolynomialDegree);
        var keys = new List<KeyValuePair<ulong, KeySwitchKey>>();
        var randomness = new KeyRandomness();
        for (var index = 0; index < indices; index++)
        {
            var dim2 = reader.UInt64("dim2");
            if (dim2 == 0) continue; // no key here; SEAL writes one such word for every element without a key
            if (dim2 != DigitCount(parameters)) throw reader.Fault("dim2", 8, $"{dim2}", $"0 or {DigitCount(parameters)}");
            var element = GaloisElements.AtIndex(index);
            if (!missing.Remove(element)) throw reader.Fault("index", 8, $"a key for Galois element {element}", "only the elements declared");
            keys.Add(KeyValuePair.Create(element, ReadKey(ref reader, parameters, randomness, new GaloisPermutation(parameters.PolynomialDegree, element))));
        }
        reader.End();
        if (missing.Count != 0) throw reader.Fault("index", 0, $"no key for Galois elements [{string.Join(", ", missing)}]", "all that were declared");
        version = reader.Version;
        return new GaloisKeys(parameters, keys);
    }

    private static ulong DigitCount(CkksParameters parameters) => (ulong)parameters.Primes.Length - 1;

    private static void RequireKeyLevel(ref WireReader reader, CkksParameters parameters)
    {
        var id = reader.Id();
        if (id != parameters.KeyId) throw reader.Fault("parms_id", ParametersId.ByteCount, $"{id}", $"{parameters.KeyId}, the key level of {parameters}");
    }

    private static KeySwitchKey ReadKey(ref WireReader reader, CkksParameters parameters, KeyRandomness randomness, GaloisPermutation? permutation)
    {
        var digits = new AlignedWords[parameters.Primes.Length - 1];
        var seeds = new PolynomialSeed?[digits.Length];
        for (var i = 0; i < digits.Length; i++)
        {
            var isSeeded = reader.NestedKeyHeader($"key[{i}]", SealSizes.PublicKey(parameters, seeded: true, reader.Version), SealSizes.PublicKey(parameters, seeded: false, reader.Version));
            (digits[i], seeds[i]) = KeyPair(ref reader, parameters);
            if (isSeeded != (seeds[i] is not null)) throw reader.Fault($"key[{i}]", 0, "a header for another form of key", "a size that fits the key's data");
            if (!randomness.IsNew(digits[i].Span)) throw reader.Fault($"key[{i}]", 0, "the random polynomial of an earlier key", "a new one: two keys with the same reveal their secrets");
        }
        return new KeySwitchKey(parameters.Context, digits, seeds, permutation);
    }

    private static (AlignedWords Words, PolynomialSeed? Seed) KeyPair(ref WireReader reader, CkksParameters parameters)
    {
        RequireKeyLevel(ref reader, parameters);
        var (_, _, words, seed) = PairBody(ref reader, parameters, parameters.Primes.Length, largestSize: 2, level: null);
        return (words, seed);
    }
}
