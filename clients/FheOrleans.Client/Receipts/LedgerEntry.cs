using System.Globalization;

namespace FheOrleans.Client.Receipts;

/// <summary>One entry of a farm's ledger, after its place in the chain was checked.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Time">When, by the node's clock.</param>
/// <param name="Kind">What happened, a word of docs/receipts.md: <c>datasetCompleted</c>.</param>
/// <param name="Subject">To which of the farm's things.</param>
/// <param name="ContentSha256">SHA-256 of what was stored, lower-case hexadecimal; null where there is nothing to hash.</param>
/// <param name="Sha256">SHA-256 of the entry itself, which the next one holds.</param>
public sealed record LedgerEntry(long Number, DateTimeOffset Time, string Kind, string Subject, string? ContentSha256, string Sha256)
{
    internal static LedgerEntry Of(StatementMembers members, string sha256) => new(
        members.Number("number"),
        DateTimeOffset.TryParse(members.Text("time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : default,
        members.Text("kind") ?? "",
        members.Text("subject") ?? "",
        members.Text("contentSha256"),
        sha256);
}
