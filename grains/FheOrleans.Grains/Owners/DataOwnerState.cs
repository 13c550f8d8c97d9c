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

/// <summary>What happened to a data owner's inferences: numbered without gaps, the latest ones kept.</summary>
[GenerateSerializer, Alias("fhe.state.events")]
internal sealed class EventsState
{
    [Id(0)]
    public long LastSequence { get; set; }

    /// <summary>Without results: those rest once, in the payload store, where their inference put them.</summary>
    [Id(1)]
    public List<PredictionEvent> Events { get; set; } = [];

    /// <summary>The kept events after a number; costs as much as it returns.</summary>
    internal IEnumerable<PredictionEvent> After(long sequence)
    {
        if (Events.Count == 0) yield break;
        for (var i = Math.Max(0, sequence + 1 - Events[0].Sequence); i < Events.Count; i++) yield return Events[(int)i];
    }
}
