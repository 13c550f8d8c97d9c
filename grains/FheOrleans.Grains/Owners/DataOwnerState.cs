using Orleans;

namespace FheOrleans.Grains.Owners;

/// <summary>Who a data owner is.</summary>
[GenerateSerializer, Alias("fhe.state.owner")]
internal sealed class DataOwnerState
{
    /// <summary>The token of an owner who joined before there were members, until its member has taken it over.</summary>
    [Id(0)]
    public byte[]? FormerTokenHash { get; set; }

    [Id(1)]
    public DateTimeOffset JoinedAt { get; set; }

    /// <summary>When the data owner was deleted. All that remains of it, beside its ledger.</summary>
    [Id(2)]
    public DateTimeOffset? DeletedAt { get; set; }
}

/// <summary>What a data owner has.</summary>
[GenerateSerializer, Alias("fhe.state.catalog")]
internal sealed class CatalogState
{
    [Id(0)]
    public List<CatalogEntry> Entries { get; set; } = [];
}

/// <summary>What the grain remembers of a data owner's events: <see cref="EventLog"/> has the layout.</summary>
[GenerateSerializer, Alias("fhe.state.events")]
internal sealed class EventsState
{
    [Id(0)]
    public long LastSequence { get; set; }

    /// <summary>
    /// The newest, which are in no segment yet; of a record of old all that were kept. Without results: those rest once, in the payload store,
    /// where their inference put them.
    /// </summary>
    [Id(1)]
    public List<PredictionEvent> Events { get; set; } = [];

    /// <summary>The number of the oldest event that is kept; 0 in a record of old, which has all that are kept.</summary>
    [Id(2)]
    public long FirstSequence { get; set; }
}
