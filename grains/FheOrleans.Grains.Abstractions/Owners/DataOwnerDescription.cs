using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>The kinds of things in a data owner's catalog.</summary>
[GenerateSerializer, Alias("fhe.catalog-kind")]
public enum CatalogKind
{
    /// <summary>A key set.</summary>
    KeySet,

    /// <summary>A dataset.</summary>
    Dataset,

    /// <summary>A published model.</summary>
    Model,

    /// <summary>An inference.</summary>
    Inference,

    /// <summary>A subscription.</summary>
    Subscription,
}

/// <summary>One thing in a data owner's catalog.</summary>
[GenerateSerializer, Immutable, Alias("fhe.catalog-entry")]
public sealed record CatalogEntry
{
    /// <summary>What kind of thing it is.</summary>
    [Id(0)]
    public CatalogKind Kind { get; init; }

    /// <summary>Its name.</summary>
    [Id(1)]
    public required string Id { get; init; }
}

/// <summary>A data owner and what it has.</summary>
[GenerateSerializer, Immutable, Alias("fhe.owner-description")]
public sealed record DataOwnerDescription
{
    /// <summary>The tenant's name.</summary>
    [Id(0)]
    public required string Tenant { get; init; }

    /// <summary>The data owner's name.</summary>
    [Id(1)]
    public required string Owner { get; init; }

    /// <summary>What it has, by kind and then by name.</summary>
    [Id(2)]
    public ImmutableArray<CatalogEntry> Catalog { get; init; } = [];

    /// <summary>The number of its last event; 0 when there was none.</summary>
    [Id(3)]
    public long LastSequence { get; init; }

    /// <summary>When it joined.</summary>
    [Id(4)]
    public DateTimeOffset JoinedAt { get; init; }
}
