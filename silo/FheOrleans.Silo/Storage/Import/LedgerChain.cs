using System.Security.Cryptography;
using System.Text.Json;
using FheOrleans.Hosting;

namespace FheOrleans.Silo.Storage.Import;

/// <summary>Follows ledgers entry by entry, as docs/receipts.md defines them: numbered from 1, each with the SHA-256 of the one before.</summary>
internal sealed class LedgerChain
{
    private string? _ledger;
    private long _number;
    private string _sha256 = "";

    /// <summary>Ledgers so far.</summary>
    internal int Ledgers { get; private set; }

    /// <summary>Takes the next entry, of the same ledger or the first of another.</summary>
    /// <exception cref="StartException">It does not follow the one before.</exception>
    internal void Follow(ImportedEntry entry)
    {
        if (entry.Ledger != _ledger)
        {
            (_ledger, _number, _sha256) = (entry.Ledger, 0, new string('0', 2 * SHA256.HashSizeInBytes));
            Ledgers++;
        }
        if (entry.Number != _number + 1 || !Says(entry.Value, entry.Number, _sha256, entry.Ledger))
        {
            throw new StartException(
                $"The ledger of {entry.Ledger} is broken at entry {entry.Number}: it does not follow entry {_number}. Nothing was imported. The file was damaged or changed; "
                + "look at it with 'farm verify' on the node as it is, and restore a backup from before.");
        }
        (_number, _sha256) = (entry.Number, Convert.ToHexStringLower(SHA256.HashData(entry.Value)));
    }

    private static bool Says(byte[] entry, long number, string previous, string ledger)
    {
        try
        {
            using var statement = JsonDocument.Parse(entry);
            var root = statement.RootElement;
            return root.GetProperty("number").GetInt64() == number
                && root.GetProperty("previousSha256").GetString() == previous
                && $"{root.GetProperty("tenant").GetString()}/{root.GetProperty("owner").GetString()}" == ledger;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false;
        }
    }
}
