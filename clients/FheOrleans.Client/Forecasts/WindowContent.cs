using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FheOrleans.Networks;

namespace FheOrleans.Client.Forecasts;

/// <summary>Recognises windows by their content.</summary>
/// <remarks>
/// Ciphertexts say nothing of what they hold. A herd that was wrangled anew under its old name must not be mistaken for the one that was
/// uploaded: its forecasts would be read at the wrong animals.
/// </remarks>
internal static class WindowContent
{
    // Of sets that are in use; a set never changes.
    private static readonly ConditionalWeakTable<WindowSet, string> Known = [];

    /// <summary>SHA-256 of shape, points and starts, hexadecimal.</summary>
    public static string HashOf(WindowSet windows) => Known.GetValue(windows, Hash);

    private static string Hash(WindowSet windows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>([windows.TimePoints, windows.Features, windows.Count]));
        hash.AppendData(MemoryMarshal.AsBytes(windows.Points.AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(windows.WindowStarts.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
