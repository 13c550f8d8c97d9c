using System.Security.Cryptography;
using System.Text;

namespace FheOrleans.Silo.Storage.Import;

/// <summary>What two tables have in common when every row of theirs is the same: how many, how long, and a SHA-256 over all of them in order.</summary>
internal sealed class ImportDigest : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Rows so far.</summary>
    internal long Count { get; private set; }

    /// <summary>Bytes of their values.</summary>
    internal long Bytes { get; private set; }

    internal static string IdentityOf(ImportedState row) => $"{row.Kind}/{row.Key}\n{row.Name}\n{row.Etag:N}";

    internal static string IdentityOf(ImportedEntry row) => $"{row.Ledger}\n{row.Number}\n{row.Reference:N}";

    /// <summary>Takes a row whose value is here.</summary>
    internal void Add(string identity, byte[] value) => Add(identity, value.Length, SHA256.HashData(value));

    /// <summary>Takes a row whose value the server has hashed.</summary>
    internal void Add(string identity, long length, ReadOnlySpan<byte> sha256)
    {
        // Names hold no line feed, and hashes are of one length: no two lists of rows are the same bytes.
        _hash.AppendData(Encoding.UTF8.GetBytes(identity + "\n"));
        _hash.AppendData(sha256);
        (Count, Bytes) = (Count + 1, Bytes + length);
    }

    /// <summary>Whether the same rows were taken.</summary>
    internal bool IsSameAs(ImportDigest other) =>
        (Count, Bytes) == (other.Count, other.Bytes) && _hash.GetCurrentHash().AsSpan().SequenceEqual(other._hash.GetCurrentHash());

    public void Dispose() => _hash.Dispose();
}
