using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>A member of a tenant.</summary>
[GenerateSerializer, Immutable, Alias("fhe.member-description")]
public sealed record MemberDescription
{
    /// <summary>The tenant's name.</summary>
    [Id(0)]
    public required string Tenant { get; init; }

    /// <summary>The member's name in it.</summary>
    [Id(1)]
    public required string Name { get; init; }

    /// <summary>What the member may be, each once.</summary>
    [Id(2)]
    public ImmutableArray<MemberRole> Roles { get; init; } = [];

    /// <summary>Its tokens that work, oldest first.</summary>
    [Id(3)]
    public ImmutableArray<TokenDescription> Tokens { get; init; } = [];

    /// <summary>When it joined.</summary>
    [Id(4)]
    public DateTimeOffset JoinedAt { get; init; }
}

/// <summary>What a good token opens.</summary>
[GenerateSerializer, Immutable, Alias("fhe.member-access")]
public sealed record MemberAccess
{
    /// <summary>What its holder may be at this moment.</summary>
    [Id(0)]
    public ImmutableArray<MemberRole> Roles { get; init; } = [];

    /// <summary>The token's id.</summary>
    [Id(1)]
    public required string Token { get; init; }
}
