using System.Text;

namespace FheOrleans.Grains.Receipts;

/// <summary>A signed statement as a payload: the statement, which has no line breaks, a line feed, and the signature.</summary>
internal static class StoredReceipt
{
    internal static byte[] Write(SignedStatement receipt) => [.. Encoding.UTF8.GetBytes(receipt.Statement), (byte)'\n', .. receipt.Signature];

    /// <returns>The statement; null for null.</returns>
    /// <exception cref="InvalidDataException">The payload is none: storage is damaged.</exception>
    internal static SignedStatement? Read(byte[]? payload)
    {
        if (payload is null) return null;
        var end = payload.AsSpan().IndexOf((byte)'\n');
        if (end < 0) throw new InvalidDataException("A stored receipt has no signature; the node's storage is damaged.");
        return new() { Statement = Encoding.UTF8.GetString(payload, 0, end), Signature = payload[(end + 1)..] };
    }
}
