using System.Globalization;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Receipts;

/// <summary>A farm's ledger on its node, read whole and checked against what this farm saw of it before.</summary>
public static class FarmLedger
{
    private const string HeadFile = "ledger.json";
    private const string NothingBefore = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>
    /// Reads the ledger, checks every link of its chain and its signed head, and that it begins with what was there when this farm last
    /// looked. Then remembers the new head, with its signature.
    /// </summary>
    /// <param name="node">The node, with the farm's token.</param>
    /// <param name="home">The farm's folder.</param>
    /// <param name="cancellation">Stops between two pages.</param>
    /// <returns>All entries, oldest first.</returns>
    /// <exception cref="ReceiptMismatchException">The chain is broken, shorter than it was, or its beginning was rewritten.</exception>
    /// <exception cref="NodeKeyChangedException">The head is signed by another key.</exception>
    /// <exception cref="NodeException">The node is not there or refuses.</exception>
    public static async Task<IReadOnlyList<LedgerEntry>> ReadAsync(NodeClient node, FarmHome home, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(home);
        var book = new ReceiptBook(home);
        await book.MeetAsync(node, cancellation).ConfigureAwait(false);
        var profile = home.ReadProfile();
        var entries = new List<LedgerEntry>();
        while (true)
        {
            var page = await node.GetLedgerAsync(entries.Count, cancellation).ConfigureAwait(false);
            foreach (var text in page.Entries) entries.Add(Next(text, entries, profile));
            if (page.More && page.Entries.Count > 0) continue;
            CheckHead(page.Head, entries, book.Key, profile);
            CheckRemembered(home, entries, book.Key);
            home.Write(HeadFile, page.Head);
            return entries;
        }
    }

    /// <summary>Reads the entry that comes next and checks that it is linked to the one before.</summary>
    internal static LedgerEntry Next(string text, IReadOnlyList<LedgerEntry> before, FarmProfile profile)
    {
        var number = before.Count + 1;
        var members = StatementReader.Read(string.Create(CultureInfo.InvariantCulture, $"ledger's entry {number}"), text);
        members.Require("format", "fheorleans-ledger-1");
        members.Require("number", number);
        members.Require("tenant", profile.Tenant);
        members.Require("owner", profile.Owner);
        members.Require("previousSha256", before.Count == 0 ? NothingBefore : before[^1].Sha256);
        return LedgerEntry.Of(members, StatementReader.HashOf(text));
    }

    private static void CheckHead(SignedStatement head, List<LedgerEntry> entries, NodePublicKey key, FarmProfile profile)
    {
        var members = StatementReader.Read("ledger's head", head, key);
        members.Require("format", "fheorleans-ledger-head-1");
        members.Require("tenant", profile.Tenant);
        members.Require("owner", profile.Owner);
        members.Require("number", entries.Count);
        members.Require("sha256", entries.Count == 0 ? NothingBefore : entries[^1].Sha256);
    }

    /// <summary>What the node signed when this farm last looked must be in what it shows now: it cannot rewrite history unnoticed.</summary>
    private static void CheckRemembered(FarmHome home, List<LedgerEntry> entries, NodePublicKey key)
    {
        if (home.Read<SignedStatement>(HeadFile) is not { } remembered) return;
        var head = StatementReader.Read("ledger's head that this farm remembers", remembered.Statement);
        if (head.Text("nodeKey") == key.Id) head = StatementReader.Read("ledger's head that this farm remembers", remembered, key);
        var profile = home.ReadProfile();
        head.Require("tenant", profile.Tenant);
        head.Require("owner", profile.Owner);
        var number = head.Number("number");
        if (number > entries.Count)
            throw new ReceiptMismatchException("ledger", $"{entries.Count} entries", $"at least the {number} that the node signed before; its old head is in {HeadFile}");
        if (number > 0 && entries[(int)number - 1].Sha256 != head.Text("sha256"))
            throw new ReceiptMismatchException("ledger", $"another entry {number}", $"the one whose hash the node signed before; its old head is in {HeadFile}");
    }
}
