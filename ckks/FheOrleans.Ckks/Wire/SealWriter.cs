using FheOrleans.Ckks.Hashing;
using FheOrleans.Ckks.Wire.Compression;

namespace FheOrleans.Ckks.Wire;

/// <summary>
/// Writes objects as SEAL does. What is seeded is written seeded, at half the size. Answer a client with the version pair of its own
/// headers: SEAL 4.0 to 4.3 read no other of 4.x. Where no version is given the form of 3.7 is written, which all of SEAL 4.x reads.
/// </summary>
public static class SealWriter
{
    /// <summary>Writes encryption parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="version">Version for all headers; null means <see cref="SealVersion.ForUnknownClient"/>.</param>
    /// <param name="compression">How the body is packed.</param>
    /// <returns>A SEAL <c>EncryptionParameters</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The version is not supported, or there is no such compression mode.</exception>
    /// <exception cref="CompressionUnavailableException">Zstd was asked for and there is no libzstd.</exception>
    public static byte[] Write(CkksParameters parameters, SealVersion? version = null, SealCompression compression = SealCompression.None)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var writer = Start(SealSizes.Parameters(parameters), version, out var bytes);
        writer.Byte(SealFormat.CkksScheme);
        writer.Int64(parameters.PolynomialDegree);
        writer.Int64(parameters.Primes.Length);
        foreach (var prime in parameters.Primes) Modulus(ref writer, prime);
        Modulus(ref writer, 0); // no plain modulus in CKKS
        writer.End();
        return BodyCompressor.Pack(bytes, compression);
    }

    /// <summary>Writes a ciphertext.</summary>
    /// <param name="ciphertext">Any size and level.</param>
    /// <param name="version">Version for all headers; null means <see cref="SealVersion.ForUnknownClient"/>.</param>
    /// <param name="compression">How the body is packed.</param>
    /// <returns>A SEAL <c>Ciphertext</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The version is not supported, or there is no such compression mode.</exception>
    /// <exception cref="CompressionUnavailableException">Zstd was asked for and there is no libzstd.</exception>
    public static byte[] Write(Ciphertext ciphertext, SealVersion? version = null, SealCompression compression = SealCompression.None)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        version ??= SealVersion.ForUnknownClient;
        var parameters = ciphertext.Parameters;
        var total = SealSizes.Pair(parameters, ciphertext.LimbCount, ciphertext.Size, ciphertext.IsSeeded, version);
        var writer = Start(total, version, out var bytes);
        PairBody(ref writer, parameters, parameters.IdAtLevel(ciphertext.Level), ciphertext.Size, ciphertext.Scale, ciphertext.Words, ciphertext.Seed);
        writer.End();
        return BodyCompressor.Pack(bytes, compression);
    }

    /// <summary>Writes a plaintext. It is not encrypted: for the data owner's own use.</summary>
    /// <param name="plaintext">Any level.</param>
    /// <param name="version">Version for all headers; null means <see cref="SealVersion.ForUnknownClient"/>.</param>
    /// <param name="compression">How the body is packed.</param>
    /// <returns>A SEAL <c>Plaintext</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The version is not supported, or there is no such compression mode.</exception>
    /// <exception cref="CompressionUnavailableException">Zstd was asked for and there is no libzstd.</exception>
    public static byte[] Write(Plaintext plaintext, SealVersion? version = null, SealCompression compression = SealCompression.None)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        var writer = Start(SealSizes.Plaintext(plaintext.Parameters, plaintext.Level), version, out var bytes);
        PlaintextBody(ref writer, plaintext.Parameters.IdAtLevel(plaintext.Level), plaintext.Scale, plaintext.Words);
        writer.End();
        return BodyCompressor.Pack(bytes, compression);
    }

    /// <summary>Writes a public key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="version">Version for all headers; null means <see cref="SealVersion.ForUnknownClient"/>.</param>
    /// <param name="compression">How the body is packed.</param>
    /// <returns>A SEAL <c>PublicKey</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The version is not supported, or there is no such compression mode.</exception>
    /// <exception cref="CompressionUnavailableException">Zstd was asked for and there is no libzstd.</exception>
    public static byte[] Write(PublicKey key, SealVersion? version = null, SealCompression compression = SealCompression.None)
    {
        ArgumentNullException.ThrowIfNull(key);
        version ??= SealVersion.ForUnknownClient;
        var writer = Start(SealSizes.PublicKey(key.Parameters, key.IsSeeded, version), version, out var bytes);
        PairBody(ref writer, key.Parameters, key.Parameters.KeyId, 2, 1.0, key.Words.Span, key.Seed);
        writer.End();
        return BodyCompressor.Pack(bytes, compression);
    }

    /// <summary>Writes relinearization keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="version">Version for all headers; null means <see cref="SealVersion.ForUnknownClient"/>.</param>
    /// <param name="compression">How the body is packed.</param>
    /// <returns>A SEAL <c>RelinKeys</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The version is not supported, or there is no such compression mode.</exception>
    /// <exception cref="CompressionUnavailableException">Zstd was asked for and there is no libzstd.</exception>
    public static byte[] Write(RelinearizationKeys keys, SealVersion? version = null, SealCompression compression = SealCompression.None)
    {
        ArgumentNullException.ThrowIfNull(keys);
        version ??= SealVersion.ForUnknownClient;
        var writer = Start(SealFormat.KeySwitchPrefixBytes + 8 + KeyBytes(keys.Parameters, keys.Key, version), version, out var bytes);
        writer.Id(keys.Parameters.KeyId);
        writer.Int64(1);
        Key(ref writer, keys.Parameters, keys.Key);
        writer.End();
        return BodyCompressor.Pack(bytes, compression);
    }

    /// <summary>Writes Galois keys.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="version">Version for all headers; null means <see cref="SealVersion.ForUnknownClient"/>.</param>
    /// <param name="compression">How the body is packed.</param>
    /// <returns>A SEAL <c>GaloisKeys</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The version is not supported, or there is no such compression mode.</exception>
    /// <exception cref="CompressionUnavailableException">Zstd was asked for and there is no libzstd.</exception>
    public static byte[] Write(GaloisKeys keys, SealVersion? version = null, SealCompression compression = SealCompression.None)
    {
        ArgumentNullException.ThrowIfNull(keys);
        version ??= SealVersion.ForUnknownClient;
        var parameters = keys.Parameters;
        var total = SealFormat.KeySwitchPrefixBytes + (8L * parameters.PolynomialDegree) + keys.Elements.Sum(element => KeyBytes(parameters, keys[element], version));
        var writer = Start(total, version, out var bytes);
        writer.Id(parameters.KeyId);
        writer.Int64(parameters.PolynomialDegree);
        var next = 0;
        foreach (var element in keys.Elements) // ascending, as the indices are
        {
            for (var index = GaloisElements.IndexOf(element); next < index; next++) writer.Int64(0);
            Key(ref writer, parameters, keys[element]);
            next++;
        }
        for (; next < parameters.PolynomialDegree; next++) writer.Int64(0);
        writer.End();
        return BodyCompressor.Pack(bytes, compression);
    }

    internal static void PlaintextBody(ref WireWriter writer, ParametersId id, double scale, ReadOnlySpan<ulong> words)
    {
        writer.Id(id);
        writer.Int64(words.Length);
        writer.Double(scale);
        writer.Array(words);
    }

    internal static WireWriter Start(long total, SealVersion? version, out byte[] bytes)
    {
        bytes = new byte[checked((int)total)];
        var writer = new WireWriter(bytes, version ?? SealVersion.ForUnknownClient);
        writer.Header(total);
        return writer;
    }

    private static void Modulus(ref WireWriter writer, ulong value)
    {
        writer.Header(SealFormat.ModulusBytes);
        writer.UInt64(value);
    }

    private static long KeyBytes(CkksParameters parameters, KeySwitchKey key, SealVersion? version) =>
        key.Seeds.Sum(seed => SealSizes.PublicKey(parameters, seeded: seed is not null, version));

    private static void Key(ref WireWriter writer, CkksParameters parameters, KeySwitchKey key)
    {
        writer.Int64(key.DigitCount);
        for (var i = 0; i < key.DigitCount; i++)
        {
            writer.Header(SealSizes.PublicKey(parameters, key.Seeds[i] is not null, writer.Version));
            PairBody(ref writer, parameters, parameters.KeyId, 2, 1.0, key.Digit(i).Span, key.Seeds[i]);
        }
    }

    /// <summary>The body of a ciphertext or public key.</summary>
    private static void PairBody(
        ref WireWriter writer, CkksParameters parameters, ParametersId id, int size, double scale, ReadOnlySpan<ulong> words, PolynomialSeed? seed)
    {
        writer.Id(id);
        writer.Byte(1); // transformed
        writer.Int64(size);
        writer.Int64(parameters.PolynomialDegree);
        writer.Int64(words.Length / size / parameters.PolynomialDegree);
        writer.Double(scale);
        if (writer.Version.HasCorrectionFactor) writer.UInt64(1); // of BGV
        writer.Array(seed is null ? words : words[..(words.Length / 2)]);
        if (seed is null) return;
        writer.Header(SealFormat.SeedInfoBytes);
        writer.Byte((byte)seed.Generator);
        writer.Bytes(seed.Bytes);
    }
}
