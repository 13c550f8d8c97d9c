using Orleans;

namespace FheOrleans.Grains;

/// <summary>How many requests of a tenant a gateway may let in.</summary>
[GenerateSerializer, Immutable, Alias("fhe.request-allowance")]
public sealed record RequestAllowance
{
    /// <summary>How many; 0 when the tenant has had what it may.</summary>
    [Id(0)]
    public int Requests { get; init; }

    /// <summary>The quota they are counted by, requests in a minute.</summary>
    [Id(1)]
    public required int PerMinute { get; init; }

    /// <summary>When there is one again, in seconds; 0 where there are some.</summary>
    [Id(2)]
    public double RetryAfterSeconds { get; init; }
}
