using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>A tenant.</summary>
[GenerateSerializer, Immutable, Alias("fhe.tenant-description")]
public sealed record TenantDescription
{
    /// <summary>The tenant's name.</summary>
    [Id(0)]
    public required string Tenant { get; init; }

    /// <summary>The members who joined, in alphabetical order.</summary>
    [Id(1)]
    public ImmutableArray<string> Members { get; init; } = [];

    /// <summary>When it was created.</summary>
    [Id(2)]
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Those who are invited and have not joined, in alphabetical order.</summary>
    [Id(3)]
    public ImmutableArray<string> Invited { get; init; } = [];
}
