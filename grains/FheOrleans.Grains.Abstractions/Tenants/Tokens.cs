using Orleans;

namespace FheOrleans.Grains;

/// <summary>A token to be remembered. Its text stays with whoever made it.</summary>
[GenerateSerializer, Immutable, Alias("fhe.new-token")]
public sealed record NewToken
{
    /// <summary>SHA-256 of the token's text, 32 bytes.</summary>
    [Id(0)]
    public required byte[] Hash { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    [Id(1)]
    public DateTimeOffset? Expires { get; init; }

    /// <summary>What it is for, in its holder's words, at most <see cref="Limits.TokenLabelLength"/> characters.</summary>
    [Id(2)]
    public string Label { get; init; } = "";
}

/// <summary>A token as it is listed: without its text, which nobody has but its holder, and without its hash.</summary>
[GenerateSerializer, Immutable, Alias("fhe.token-description")]
public sealed record TokenDescription
{
    /// <summary>Its id among its holder's tokens.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>What it is for.</summary>
    [Id(1)]
    public string Label { get; init; } = "";

    /// <summary>When it was issued.</summary>
    [Id(2)]
    public DateTimeOffset IssuedAt { get; init; }

    /// <summary>When it stops working; null for never.</summary>
    [Id(3)]
    public DateTimeOffset? Expires { get; init; }

    /// <summary>When it was last used, to the hour; null for never.</summary>
    [Id(4)]
    public DateTimeOffset? LastUsedAt { get; init; }
}
