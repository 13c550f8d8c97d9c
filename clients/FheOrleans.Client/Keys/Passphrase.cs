using System.Security.Cryptography;
using System.Text;

namespace FheOrleans.Client.Keys;

/// <summary>What protects a farm's secrets at rest. Held as bytes and zeroed on disposal; it appears in no message.</summary>
/// <remarks>A string given by the caller cannot be zeroed by anyone; prefer <see cref="FromFile"/> or <see cref="CreateRandom"/>.</remarks>
public sealed class Passphrase : IDisposable
{
    /// <summary>Fewest characters of a passphrase chosen by a person.</summary>
    public const int MinimumLength = 8;

    private readonly byte[] _utf8;

    private Passphrase(byte[] utf8) => _utf8 = utf8;

    /// <summary>A passphrase chosen by a person.</summary>
    /// <param name="text">At least <see cref="MinimumLength"/> characters.</param>
    /// <exception cref="WeakPassphraseException">It is shorter.</exception>
    public static Passphrase From(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length < MinimumLength) throw new WeakPassphraseException(text.Length);
        return new(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The first line of a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="WeakPassphraseException">The line is shorter than <see cref="MinimumLength"/> characters.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Passphrase FromFile(string path)
    {
        using var reader = new StreamReader(path);
        return From(reader.ReadLine() ?? "");
    }

    /// <summary>A random one of 256 bits, for a home that lives as long as the process.</summary>
    public static Passphrase CreateRandom() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>The passphrase in UTF-8.</summary>
    internal ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>Zeroes it.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_utf8);
}
