using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>What a ledger's entry says happened. The names are part of what is hashed: they are added to and never changed.</summary>
[GenerateSerializer, Alias("fhe.ledger-kind")]
public enum LedgerKind
{
    /// <summary>Every declared object of a key set is stored.</summary>
    KeySetStored,

    /// <summary>Every chunk of a dataset is stored.</summary>
    DatasetCompleted,

    /// <summary>An encrypted time point was appended to a dataset or subscription.</summary>
    DatasetAppended,

    /// <summary>An inference has all its results.</summary>
    InferenceCompleted,

    /// <summary>An inference ended without a result.</summary>
    InferenceFailed,

    /// <summary>An inference was given up.</summary>
    InferenceCancelled,

    /// <summary>An inference and its results were deleted.</summary>
    InferenceDeleted,

    /// <summary>A dataset and its chunks were deleted.</summary>
    DatasetDeleted,

    /// <summary>A key set and its keys were deleted.</summary>
    KeySetDeleted,

    /// <summary>The data owner and all it had were deleted; the ledger remains.</summary>
    OwnerDeleted,

    /// <summary>A model and all its versions were deleted.</summary>
    ModelDeleted,

    /// <summary>A subscription with its points, state and results was deleted.</summary>
    SubscriptionDeleted,
}

/// <summary>Something that happened and is to be entered.</summary>
[GenerateSerializer, Immutable, Alias("fhe.ledger-fact")]
public sealed record LedgerFact
{
    /// <summary>What happened.</summary>
    [Id(0)]
    public LedgerKind Kind { get; init; }

    /// <summary>To what: a name, as <see cref="Name"/> has them.</summary>
    [Id(1)]
    public required string Subject { get; init; }

    /// <summary>
    /// SHA-256 of what was stored, 32 bytes: of a key set or dataset as docs/receipts.md defines it, of a completed inference's receipt.
    /// Null where there is nothing to hash.
    /// </summary>
    [Id(2)]
    public byte[]? ContentSha256 { get; init; }

    /// <summary>
    /// Tells this fact from every other of the ledger, and is the same when it is reported again after a crash: so it is entered once.
    /// </summary>
    [Id(3)]
    public required Guid Reference { get; init; }
}

/// <summary>One entry of a ledger.</summary>
[GenerateSerializer, Immutable, Alias("fhe.ledger-entry")]
public sealed record LedgerEntry
{
    /// <summary>From 1, without gaps.</summary>
    [Id(0)]
    public long Number { get; init; }

    /// <summary>
    /// The entry as canonical JSON. It holds the SHA-256 of the entry before it, and the entry after it holds the SHA-256 of these bytes.
    /// </summary>
    [Id(1)]
    public required string Statement { get; init; }
}

/// <summary>A part of a ledger, with where the ledger ends now.</summary>
[GenerateSerializer, Immutable, Alias("fhe.ledger-page")]
public sealed record LedgerPage
{
    /// <summary>Entries in order; empty when there are none after the number asked for.</summary>
    [Id(0)]
    public ImmutableArray<LedgerEntry> Entries { get; init; } = [];

    /// <summary>The number and SHA-256 of the last entry of the whole ledger, signed by the node.</summary>
    [Id(1)]
    public required SignedStatement Head { get; init; }

    /// <summary>Whether the ledger goes on after <see cref="Entries"/>.</summary>
    [Id(2)]
    public bool More { get; init; }
}
