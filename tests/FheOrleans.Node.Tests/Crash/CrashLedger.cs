using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FheOrleans.Client.Nodes;

namespace FheOrleans.Node.Tests.Crash;

/// <summary>A ledger read whole, with its chain and its signed head checked, by no other means than docs/receipts.md gives.</summary>
internal sealed class CrashLedger
{
    private readonly List<(string Kind, string Subject, string? Content)> _entries = [];
    private readonly List<string> _hashes = [];

    public int Count => _entries.Count;

    public static async Task<CrashLedger> ReadAsync(NodeClient client, NodePublicKey key)
    {
        var ledger = new CrashLedger();
        var previous = new string('0', 64);
        while (true)
        {
            var page = await CrashOwner.UntilAsync(() => client.GetLedgerAsync(ledger.Count));
            foreach (var text in page.Entries)
            {
                var entry = Parse(text);
                if (entry.GetProperty("number").GetInt64() != ledger.Count + 1) throw new CrashFinding($"the ledger has a gap after entry {ledger.Count}");
                if (entry.GetProperty("previousSha256").GetString() != previous) throw new CrashFinding($"the ledger's chain is broken at entry {ledger.Count + 1}");
                ledger._entries.Add((
                    entry.GetProperty("kind").GetString()!, entry.GetProperty("subject").GetString()!,
                    entry.TryGetProperty("contentSha256", out var content) ? content.GetString() : null));
                ledger._hashes.Add(previous = HashOf(text));
            }
            if (page.More) continue;
            var head = Checked("ledger's head", page.Head, key);
            if (head.GetProperty("sha256").GetString() != previous) throw new CrashFinding("the ledger's head is not its last entry");
            return ledger;
        }
    }

    /// <summary>Number and hash of the last entry, as the node states it.</summary>
    public static async Task<(long Number, string Sha256)> HeadAsync(NodeClient client)
    {
        var head = Parse((await CrashOwner.UntilAsync(() => client.GetLedgerAsync(long.MaxValue >> 12))).Head.Statement);
        return (head.GetProperty("number").GetInt64(), head.GetProperty("sha256").GetString()!);
    }

    /// <summary>How often something was entered, with the given content where one is given.</summary>
    public int CountOf(string kind, string subject, string? content = null) =>
        _entries.Count(entry => entry.Kind == kind && entry.Subject == subject && (content is null || entry.Content == content));

    public void RequireOnce(string kind, string subject, string? content = null)
    {
        if (CountOf(kind, subject, content) != 1 || CountOf(kind, subject) != 1)
            throw new CrashFinding($"the ledger has {CountOf(kind, subject, content)} right and {CountOf(kind, subject)} entries '{kind}' of {subject}, expected one");
    }

    public void RequireHead((long Number, string Sha256) head)
    {
        if (head.Number > 0 && (head.Number > Count || _hashes[(int)head.Number - 1] != head.Sha256))
            throw new CrashFinding($"entry {head.Number} of the ledger is not what it was");
    }

    /// <summary>A statement's members, after its signature was checked.</summary>
    public static JsonElement Checked(string what, SignedStatement? signed, NodePublicKey key)
    {
        if (signed is null) throw new CrashFinding($"the {what} is missing");
        using var verifier = ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
        return verifier.VerifyData(Encoding.UTF8.GetBytes(signed.Statement), signed.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? Parse(signed.Statement)
            : throw new CrashFinding($"the signature of the {what} does not hold");
    }

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static JsonElement Parse(string text)
    {
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }
}
