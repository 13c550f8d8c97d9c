using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace FheOrleans.Client.Keys;

/// <summary>Seals secrets under a passphrase, and opens them again.</summary>
/// <remarks>
/// A sealed secret, all numbers little endian:
/// <code>
/// offset  0  "FARMSEAL"             8 bytes
///         8  version = 1            1
///         9  iterations             4      PBKDF2-HMAC-SHA512 (RFC 8018)
///        13  salt                  16
///        29  nonce                 12      random, new at each sealing
///        41  length of purpose      1
///        42  purpose, UTF-8         p      what the secret is, so that one cannot be put in another's place
///    42 + p  tag                   16
///    58 + p  ciphertext                    AES-256-GCM (NIST SP 800-38D); all before the tag is authenticated with it
/// </code>
/// The passphrase is stretched once per salt and vault: a home uses one salt, so that opening several files costs one stretching.
/// With a random 96-bit nonce a key is good for 2^32 sealings, far above what a home makes.
/// </remarks>
public sealed class Vault : IDisposable
{
    /// <summary>
    /// Rounds of PBKDF2-HMAC-SHA512 for new secrets. OWASP's advice of 2023 is 210,000 or more; we take the figure given for SHA-256.
    /// </summary>
    public const int Iterations = 600_000;

    // More rounds than this in a file would be an attempt to make the client spin: about ten seconds.
    private const int MaximumIterations = 10_000_000;
    private const int SaltSize = 16, NonceSize = 12, TagSize = 16, KeySize = 32, FixedHeader = 42;
    private static readonly byte[] Magic = "FARMSEAL"u8.ToArray();

    private readonly Passphrase _passphrase;
    private readonly ConcurrentDictionary<string, byte[]> _keys = new(StringComparer.Ordinal);
    private byte[]? _saltOfThisHome;

    /// <summary>Opens a vault. Nothing is checked until a secret is opened.</summary>
    /// <param name="passphrase">Owned by the vault from here on.</param>
    public Vault(Passphrase passphrase)
    {
        ArgumentNullException.ThrowIfNull(passphrase);
        _passphrase = passphrase;
    }

    /// <summary>Seals a secret.</summary>
    /// <param name="purpose">What it is: 1 to 255 bytes of UTF-8. Needed again to open it.</param>
    /// <param name="secret">The secret; not kept.</param>
    /// <returns>The sealed form.</returns>
    public byte[] Seal(string purpose, ReadOnlySpan<byte> secret)
    {
        var name = PurposeBytes(purpose);
        var salt = _saltOfThisHome ??= RandomNumberGenerator.GetBytes(SaltSize);
        var result = new byte[FixedHeader + name.Length + TagSize + secret.Length];
        Magic.CopyTo(result, 0);
        result[8] = 1;
        BinaryPrimitives.WriteInt32LittleEndian(result.AsSpan(9), Iterations);
        salt.CopyTo(result, 13);
        RandomNumberGenerator.Fill(result.AsSpan(29, NonceSize));
        result[41] = (byte)name.Length;
        name.CopyTo(result, FixedHeader);

        var header = FixedHeader + name.Length;
        using var cipher = new AesGcm(KeyFor(salt, Iterations), TagSize);
        cipher.Encrypt(result.AsSpan(29, NonceSize), secret, result.AsSpan(header + TagSize), result.AsSpan(header, TagSize),
            result.AsSpan(0, header));
        return result;
    }

    /// <summary>Opens a sealed secret.</summary>
    /// <param name="purpose">What it must be.</param>
    /// <param name="sealedSecret">The sealed form.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <returns>The secret; the caller zeroes it.</returns>
    /// <exception cref="SealedFileFormatException">It is no sealed secret, or one for another purpose.</exception>
    /// <exception cref="WrongPassphraseException">The passphrase is wrong or the content was altered.</exception>
    public byte[] Open(string purpose, ReadOnlySpan<byte> sealedSecret, string name)
    {
        var expected = PurposeBytes(purpose);
        if (sealedSecret.Length < FixedHeader + TagSize)
        {
            throw new SealedFileFormatException(name,
                $"it has {sealedSecret.Length} bytes, and at least {FixedHeader + TagSize} are expected");
        }
        if (!sealedSecret.StartsWith(Magic)) throw new SealedFileFormatException(name, "it does not start as one");
        if (sealedSecret[8] != 1) throw new SealedFileFormatException(name, $"its version is {sealedSecret[8]}, expected 1");
        var iterations = BinaryPrimitives.ReadInt32LittleEndian(sealedSecret[9..]);
        // Fewer rounds than we ever write would be a downgrade: the same passphrase under a weaker key.
        if (iterations is < Iterations or > MaximumIterations)
            throw new SealedFileFormatException(name, $"it names {iterations} rounds, expected {Iterations} to {MaximumIterations}");
        var header = FixedHeader + sealedSecret[41];
        if (sealedSecret.Length < header + TagSize) throw new SealedFileFormatException(name, "it ends within its heading");
        if (!sealedSecret[FixedHeader..header].SequenceEqual(expected)) throw new SealedFileFormatException(name, $"it was not sealed as '{purpose}'");

        var salt = sealedSecret.Slice(13, SaltSize).ToArray();
        var secret = new byte[sealedSecret.Length - header - TagSize];
        try
        {
            using var cipher = new AesGcm(KeyFor(salt, iterations), TagSize);
            cipher.Decrypt(sealedSecret.Slice(29, NonceSize), sealedSecret[(header + TagSize)..], sealedSecret.Slice(header, TagSize),
                secret, sealedSecret[..header]);
        }
        catch (AuthenticationTagMismatchException fault)
        {
            throw new WrongPassphraseException(name, fault);
        }
        _saltOfThisHome ??= salt;
        return secret;
    }

    /// <summary>Zeroes the keys and the passphrase.</summary>
    public void Dispose()
    {
        foreach (var key in _keys.Values) CryptographicOperations.ZeroMemory(key);
        _passphrase.Dispose();
    }

    private byte[] KeyFor(byte[] salt, int iterations) => _keys.GetOrAdd(
        $"{Convert.ToHexString(salt)}/{iterations}",
        _ => Rfc2898DeriveBytes.Pbkdf2(_passphrase.Utf8, salt, iterations, HashAlgorithmName.SHA512, KeySize));

    private static byte[] PurposeBytes(string purpose)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        var bytes = Encoding.UTF8.GetBytes(purpose);
        return bytes.Length <= 255 ? bytes
            : throw new ArgumentException($"A purpose has at most 255 bytes; this has {bytes.Length}.", nameof(purpose));
    }
}
