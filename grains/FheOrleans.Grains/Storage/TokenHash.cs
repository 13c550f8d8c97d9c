using System.Security.Cryptography;

namespace FheOrleans.Grains.Storage;

/// <summary>Hashes of tokens and codes: all that is known of them at rest.</summary>
internal static class TokenHash
{
    /// <exception cref="InvalidPayloadException">It is not 32 bytes.</exception>
    internal static byte[] Check(byte[]? hash) => hash is { Length: Limits.TokenHashBytes }
        ? hash
        : throw new InvalidPayloadException("token hash", $"{hash?.Length ?? 0} bytes", $"{Limits.TokenHashBytes} bytes of SHA-256");

    /// <summary>Whether two hashes are equal, in a time that does not tell where they differ. Nothing equals an absent hash.</summary>
    internal static bool Equal(byte[]? stored, byte[]? given) =>
        stored is { Length: Limits.TokenHashBytes } && given is { Length: Limits.TokenHashBytes } && CryptographicOperations.FixedTimeEquals(stored, given);
}
