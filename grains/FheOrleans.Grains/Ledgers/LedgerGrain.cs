using System.Security.Cryptography;
using System.Text;
using FheOrleans.Grains.Receipts;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Storage;

namespace FheOrleans.Grains.Ledgers;

/// <summary>Writes one data owner's ledger: each entry holds the SHA-256 of the one before it.</summary>
/// <remarks>
/// Not reentrant: it is the ledger's one writer, and remembers where the ledger ends. Reading goes on between and changes nothing. It has no
/// state of its own: the store is the ledger, and a second activation of a broken cluster is refused by the expected number.
/// </remarks>
internal sealed class LedgerGrain(ILedgerStore store, ReceiptWriter receipts, INodeKey key, TimeProvider time, ILogger<LedgerGrain> log) : Grain, ILedgerGrain
{
    private const string EntryFormat = "fheorleans-ledger-1", HeadFormat = "fheorleans-ledger-head-1";

    private static readonly byte[] NothingBefore = new byte[SHA256.HashSizeInBytes];

    private (long Number, byte[] Sha256) _head = (0, NothingBefore);

    private string Key => this.GetPrimaryKeyString();

    private (string Tenant, string Owner) Names => Key.Split('/') is [var tenant, var owner]
        ? (tenant, owner)
        : throw new ArgumentException("A grain was asked for with a key that GrainKeys did not make.");

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadLastAsync(Key, cancellationToken) is { } last) _head = (last.Number, SHA256.HashData(last.Entry));
    }

    /// <inheritdoc/>
    public async Task<LedgerEntry> AppendAsync(LedgerFact fact)
    {
        if (await store.FindAsync(Key, fact.Reference) is { } known) return ToEntry(known);
        var entry = Encoding.UTF8.GetBytes(Statement(fact));
        var record = new LedgerRecord(_head.Number + 1, fact.Reference, entry);
        try
        {
            if (!await store.AppendAsync(Key, record)) throw new InconsistentStateException($"The ledger of {Key} was added to by somebody else.");
        }
        catch
        {
            DeactivateOnIdle(); // Where the ledger ends is not known any more; the next activation reads it.
            throw;
        }
        _head = (record.Number, SHA256.HashData(entry));
        var (tenant, owner) = Names;
        log.Entered(tenant, owner, record.Number, fact.Kind, fact.Subject);
        return ToEntry(record);
    }

    /// <inheritdoc/>
    public async Task<LedgerPage> ReadAsync(long after, int maximumCount)
    {
        var head = _head; // Before the entries are read: they are never fewer than the head says.
        var count = Math.Clamp(maximumCount, 1, Limits.LedgerEntriesPerRead);
        var records = await store.ReadAsync(Key, Math.Max(0, after), count);
        var entries = records.Where(record => record.Number <= head.Number).Select(ToEntry).ToArray();
        var last = entries.Length == 0 ? Math.Max(0, after) : entries[^1].Number;
        return new() { Entries = [.. entries], Head = receipts.Sign(HeadStatement(head)), More = last < head.Number };
    }

    private string Statement(LedgerFact fact)
    {
        var (tenant, owner) = Names;
        return CanonicalJson.Write(
            ("contentSha256", fact.ContentSha256 is { } content ? CanonicalJson.Hex(content) : null),
            ("format", EntryFormat),
            ("kind", WordOf(fact.Kind)),
            ("number", _head.Number + 1),
            ("owner", owner),
            ("previousSha256", CanonicalJson.Hex(_head.Sha256)),
            ("subject", fact.Subject),
            ("tenant", tenant),
            ("time", CanonicalJson.Time(time.GetUtcNow())));
    }

    private string HeadStatement((long Number, byte[] Sha256) head)
    {
        var (tenant, owner) = Names;
        return CanonicalJson.Write(
            ("format", HeadFormat),
            ("nodeKey", key.KeyId),
            ("number", head.Number),
            ("owner", owner),
            ("sha256", CanonicalJson.Hex(head.Sha256)),
            ("tenant", tenant),
            ("time", CanonicalJson.Time(time.GetUtcNow())));
    }

    // Spelled out: an enumeration's member may be renamed, what was hashed may not.
    private static string WordOf(LedgerKind kind) => kind switch
    {
        LedgerKind.KeySetStored => "keySetStored",
        LedgerKind.DatasetCompleted => "datasetCompleted",
        LedgerKind.DatasetAppended => "datasetAppended",
        LedgerKind.InferenceCompleted => "inferenceCompleted",
        LedgerKind.InferenceFailed => "inferenceFailed",
        LedgerKind.InferenceCancelled => "inferenceCancelled",
        LedgerKind.InferenceDeleted => "inferenceDeleted",
        LedgerKind.DatasetDeleted => "datasetDeleted",
        LedgerKind.KeySetDeleted => "keySetDeleted",
        LedgerKind.OwnerDeleted => "ownerDeleted",
        LedgerKind.ModelDeleted => "modelDeleted",
        LedgerKind.SubscriptionDeleted => "subscriptionDeleted",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Ledger entries have no such kind."),
    };

    private static LedgerEntry ToEntry(LedgerRecord record) => new() { Number = record.Number, Statement = Encoding.UTF8.GetString(record.Entry) };
}
