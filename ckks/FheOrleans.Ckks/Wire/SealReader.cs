using System.Buffers.Binary;
using System.Numerics;
using FheOrleans.Ckks.Wire.Compression;

namespace FheOrleans.Ckks.Wire;

/// <summary>
/// Reads objects of SEAL 3.6 to 4.4 as hostile input: exact lengths, every residue below its prime, identifiers recomputed and never
/// believed, no allocation from a number that was not checked, compressed bodies unpacked no further than the object reaches. What is
/// accepted is written back byte for byte, when it is not compressed.
/// </summary>
/// <remarks>
/// Every method throws <see cref="WireFormatException"/> for bytes that are not what they should be, and the subtype
/// <see cref="SecretMaterialRefusedException"/> when they have the shape of a plaintext or secret key, and
/// <see cref="CompressionUnavailableException"/> for a zstd object where there is no libzstd. docs/wire-format.md has the rules.
/// </remarks>
public static partial class SealReader
{
    // All that tells the kinds apart, behind the header.
    private const int InspectedBytes = 80;

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

    /// <summary>Reads encryption parameters that a platform offers.</summary>
    /// <param name="bytes">One SEAL <c>EncryptionParameters</c>.</param>
    /// <param name="platform">What is offered; checked before anything is computed from the parameters.</param>
    /// <param name="version">The version pair of the headers, to answer with.</param>
    /// <returns>The parameters, checked against the offer and the security table.</returns>
    /// <exception cref="WireFormatException">The bytes are not CKKS parameters.</exception>
    /// <exception cref="ParametersException">They are, but not offered, not usable or not secure.</exception>
    public static CkksParameters ReadParameters(ReadOnlySpan<byte> bytes, PlatformParameters platform, out SealVersion version)
    {
        ArgumentNullException.ThrowIfNull(platform);
        var (degree, primes) = ParseParameters(bytes, out version);
        platform.Require(degree, primes);
        return CkksParameters.FromPrimes(degree, primes);
    }

    /// <summary>Reads the header of an object: who wrote it, how it is packed, how long it says it is.</summary>
    /// <param name="prefix">The first bytes of the object, at least 16.</param>
    /// <returns>The header. Its length is compared with nothing.</returns>
    /// <exception cref="WireFormatException">It is no header, or of a version or compression mode that is not read.</exception>
    public static SealHeader ReadHeader(ReadOnlySpan<byte> prefix) => WireReader.ReadHeader(prefix, "object");

    internal static (int Degree, ulong[] Primes) ParseParameters(ReadOnlySpan<byte> bytes, out SealVersion version)
    {
        using var packed = BodyDecompressor.For(bytes, "EncryptionParameters");
        var reader = WireReader.Open(bytes, packed, "EncryptionParameters");
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
    /// <param name="prefix">
    /// The first bytes. 96 are enough of an object that is not compressed; of a compressed one give all there are, since a zstd frame
    /// opens only with its first block, of up to 128 KiB.
    /// </param>
    /// <param name="parameters">The parameters of the key set it should belong to.</param>
    /// <returns>The kind; <see cref="SealObjectKind.Unknown"/> also when a compressed prefix is too short to tell.</returns>
    public static SealObjectKind Inspect(ReadOnlySpan<byte> prefix, CkksParameters parameters)
    {
        if (!HasHeader(prefix)) return SealObjectKind.Unknown;
        Span<byte> unpacked = stackalloc byte[InspectedBytes];
        var body = Unpack(prefix, unpacked);
        if (LooksLikePlaintext(body)) return SealObjectKind.PlaintextOrSecretKey;
        if (LooksLikeParameters(body)) return SealObjectKind.Parameters;
        if (parameters is null || body.Length < ParametersId.ByteCount + 16) return SealObjectKind.Unknown;

        var id = new ParametersId(body[..ParametersId.ByteCount]);
        if (LooksLikeCiphertext(body, parameters))
        {
            if (parameters.TryGetLevel(id, out _)) return SealObjectKind.Ciphertext;
            return id == parameters.KeyId ? SealObjectKind.PublicKey : SealObjectKind.Unknown;
        }
        var dim1 = Word(body, ParametersId.ByteCount);
        var dim2 = Word(body, ParametersId.ByteCount + 8);
        return id == parameters.KeyId && dim1 >= 1 && dim1 <= (ulong)parameters.PolynomialDegree && (dim2 == 0 || dim2 == (ulong)parameters.Primes.Length - 1)
            ? SealObjectKind.KeySwitchKeys
            : SealObjectKind.Unknown;
    }

    /// <summary>
    /// The shape of a Plaintext or SecretKey of any parameters, by the start of a body: its array starts at byte 48 and repeats the count
    /// of byte 32. In a ciphertext byte 48 is the highest of the degree, zero; in keys it starts a nested key, whose bytes 16 to 23 are
    /// of an identifier.
    /// </summary>
    internal static bool LooksLikePlaintext(ReadOnlySpan<byte> body)
    {
        const int CountAt = ParametersId.ByteCount;
        const int ArrayAt = CountAt + 16;
        return body.Length >= SealFormat.PlaintextPrefixBytes - SealFormat.HeaderBytes
            && HasHeader(body[ArrayAt..])
            && body[ArrayAt + SealFormat.ModeAt] == (byte)SealCompression.None
            && Word(body, ArrayAt + SealFormat.HeaderBytes) == Word(body, CountAt);
    }

    /// <summary>The start of the body, as it is or as far as it can be unpacked.</summary>
    private static ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> prefix, Span<byte> destination)
    {
        var count = 0;
        try
        {
            using var packed = BodyDecompressor.For(prefix, "object");
            if (packed is null) return prefix[SealFormat.ModeAt] == (byte)SealCompression.None ? prefix[SealFormat.HeaderBytes..] : [];
            while (count < destination.Length && packed.Read(prefix[SealFormat.HeaderBytes..], destination[count..]) is > 0 and var more) count += more;
        }
        catch (CkksException)
        {
            // It is only a prefix: what could be unpacked has to do.
        }
        return destination[..count];
    }

    private static bool HasHeader(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= SealFormat.HeaderBytes
        && BinaryPrimitives.ReadUInt16LittleEndian(bytes) == SealFormat.Magic
        && bytes[2] == SealFormat.HeaderBytes;

    /// <summary>A scheme and a degree, where all other objects have the first bytes of an identifier.</summary>
    private static bool LooksLikeParameters(ReadOnlySpan<byte> body) =>
        body.Length >= 9
        && body[0] is >= 1 and <= 3
        && Word(body, 1) is > 1 and <= 1 << 17 and var degree
        && BitOperations.IsPow2(degree);

    private static bool LooksLikeCiphertext(ReadOnlySpan<byte> body, CkksParameters parameters) =>
        body.Length >= ParametersId.ByteCount + 17
        && Word(body, ParametersId.ByteCount + 1) <= Ciphertext.MaximumSize
        && Word(body, ParametersId.ByteCount + 9) == (ulong)parameters.PolynomialDegree;

    private static ulong Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);
}
