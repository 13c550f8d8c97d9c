using System.Buffers.Binary;
using System.Numerics;

namespace FheOrleans.Ckks.Wire;

/// <summary>
/// Reads uncompressed objects of SEAL 4.x as hostile input: exact lengths, every residue below its prime, identifiers recomputed and
/// never believed, no allocation from a number that was not checked. What is accepted is written back byte for byte.
/// </summary>
/// <remarks>
/// Every method throws <see cref="WireFormatException"/> for bytes that are not what they should be, and the subtype
/// <see cref="SecretMaterialRefusedException"/> when they have the shape of a plaintext or secret key.
/// </remarks>
public static partial class SealReader
{
    /// <summary>Reads encryption parameters.</summary>
    /// <param name="bytes">One SEAL <c>EncryptionParameters</c>.</param>
    /// <returns>The parameters, checked against the security table.</returns>
    /// <exception cref="WireFormatException">The bytes are not CKKS parameters.</exception>
    /// <exception cref="ParametersException">They are, but not usable or not secure.</exception>
    public static CkksParameters ReadParameters(ReadOnlySpan<byte> bytes) => ReadParameters(bytes, out _);

    /// <summary>Reads encryption parameters.</summary>
    /// <param name="bytes">One SEAL <c>EncryptionParameters</c>.</param>
    /// <param name="version">The version pair of the headers, to answer with.</param>
    /// <returns>The parameters, checked against the security table.</returns>
    /// <exception cref="WireFormatException">The bytes are not CKKS parameters.</exception>
    /// <exception cref="ParametersException">They are, but not usable or not secure.</exception>
    public static CkksParameters ReadParameters(ReadOnlySpan<byte> bytes, out SealVersion version)
    {
        var (degree, primes) = ParseParameters(bytes, out version);
        return CkksParameters.FromPrimes(degree, primes);
    }

    internal static (int Degree, ulong[] Primes) ParseParameters(ReadOnlySpan<byte> bytes, out SealVersion version)
    {
        var reader = WireReader.Open(bytes, "EncryptionParameters");
        var scheme = reader.Byte("scheme");
        if (scheme != SealFormat.CkksScheme) throw reader.Fault("scheme", 1, $"{scheme}", "2 (CKKS)");
        var degree = reader.Between("poly_modulus_degree", 2, 32768);
        var primes = new ulong[reader.Between("coeff_modulus_size", 1, CkksParameters.MaximumPrimes)];
        for (var j = 0; j < primes.Length; j++)
        {
            reader.NestedHeader($"coeff_modulus[{j}]", SealFormat.ModulusBytes);
            primes[j] = reader.UInt64($"coeff_modulus[{j}]");
        }
        reader.NestedHeader("plain_modulus", SealFormat.ModulusBytes);
        reader.Exactly("plain_modulus", 0);
        reader.End();
        version = reader.Version;
        return (degree, primes);
    }

    /// <summary>Says what an upload looks like, from its first bytes only; the rest may still be wrong. Never throws.</summary>
    /// <param name="prefix">The first bytes; 96 are always enough.</param>
    /// <param name="parameters">The parameters of the key set it should belong to.</param>
    /// <returns>The kind; <see cref="SealObjectKind.Unknown"/> for compressed objects.</returns>
    public static SealObjectKind Inspect(ReadOnlySpan<byte> prefix, CkksParameters parameters)
    {
        if (!HasPlainHeader(prefix)) return SealObjectKind.Unknown;
        if (LooksLikePlaintext(prefix)) return SealObjectKind.PlaintextOrSecretKey;
        if (LooksLikeParameters(prefix)) return SealObjectKind.Parameters;
        if (parameters is null || prefix.Length < SealFormat.AfterId + 16) return SealObjectKind.Unknown;

        var id = new ParametersId(prefix[SealFormat.HeaderBytes..SealFormat.AfterId]);
        if (LooksLikeCiphertext(prefix, parameters))
        {
            if (parameters.TryGetLevel(id, out _)) return SealObjectKind.Ciphertext;
            return id == parameters.KeyId ? SealObjectKind.PublicKey : SealObjectKind.Unknown;
        }
        var dim1 = Word(prefix, SealFormat.AfterId);
        var dim2 = Word(prefix, SealFormat.AfterId + 8);
        return id == parameters.KeyId && dim1 >= 1 && dim1 <= (ulong)parameters.PolynomialDegree && (dim2 == 0 || dim2 == (ulong)parameters.Primes.Length - 1)
            ? SealObjectKind.KeySwitchKeys
            : SealObjectKind.Unknown;
    }

    /// <summary>
    /// The shape of a Plaintext or SecretKey of any parameters: its array starts at byte 64 and repeats the count of byte 48. In a
    /// ciphertext byte 64 is the highest of the degree, zero; in keys it starts a nested key, whose bytes 16 to 23 are of an identifier.
    /// </summary>
    internal static bool LooksLikePlaintext(ReadOnlySpan<byte> bytes)
    {
        const int ArrayAt = SealFormat.AfterId + 16;
        return bytes.Length >= SealFormat.PlaintextPrefixBytes
            && HasPlainHeader(bytes[ArrayAt..])
            && Word(bytes, ArrayAt + SealFormat.HeaderBytes) == Word(bytes, SealFormat.AfterId);
    }

    private static void RefuseSecrets(ReadOnlySpan<byte> bytes, string expected, long origin = 0)
    {
        if (HasPlainHeader(bytes) && LooksLikePlaintext(bytes)) throw new SecretMaterialRefusedException(expected, origin);
    }

    private static bool HasPlainHeader(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= SealFormat.HeaderBytes
        && BinaryPrimitives.ReadUInt16LittleEndian(bytes) == SealFormat.Magic
        && bytes[2] == SealFormat.HeaderBytes
        && bytes[5] == SealFormat.ModeNone;

    /// <summary>A scheme and a degree, where all other objects have the first bytes of an identifier.</summary>
    private static bool LooksLikeParameters(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= SealFormat.HeaderBytes + 9
        && bytes[SealFormat.HeaderBytes] is >= 1 and <= 3
        && Word(bytes, SealFormat.HeaderBytes + 1) is > 1 and <= 1 << 17 and var degree
        && BitOperations.IsPow2(degree);

    private static bool LooksLikeCiphertext(ReadOnlySpan<byte> bytes, CkksParameters parameters) =>
        bytes.Length >= SealFormat.AfterId + 17
        && Word(bytes, SealFormat.AfterId + 1) <= Ciphertext.MaximumSize
        && Word(bytes, SealFormat.AfterId + 9) == (ulong)parameters.PolynomialDegree;

    private static ulong Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
