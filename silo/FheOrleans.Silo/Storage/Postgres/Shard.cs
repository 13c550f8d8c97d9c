using System.Security.Cryptography;
using System.Text;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>
/// Which of a table's 32 parts a key's row is in: all of a data owner's, <c>tenant/owner/…</c>, are in the same. It is in stored rows, and
/// <c>deploy/sql/001_storage.sql</c> has the parts: it never changes.
/// </summary>
internal static class Shard
{
    internal const int Count = 32;

    /// <summary>The part of a key's row: 0 to 31.</summary>
    internal static short Of(string key) => (short)(SHA256.HashData(Encoding.UTF8.GetBytes(OwnerOf(key) ?? key))[0] % Count);

    /// <summary>The part of everything at and below a path; null when that is not in one part, because no data owner is named.</summary>
    internal static short? OfAllBelow(string path) => OwnerOf(path) is { } owner ? Of(owner) : null;

    /// <summary>The end of a part's table's name.</summary>
    internal static string Suffix(short shard) => shard.ToString("D2", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The first two names of a key; null when it has fewer.</summary>
    private static string? OwnerOf(string key)
    {
        var first = key.IndexOf('/', StringComparison.Ordinal);
        if (first < 0) return null;
        var second = key.IndexOf('/', first + 1);
        return second < 0 ? key : key[..second];
    }
}
