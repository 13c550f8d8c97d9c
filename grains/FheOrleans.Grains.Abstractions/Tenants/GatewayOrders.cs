using Orleans;

namespace FheOrleans.Grains;

/// <summary>What all gateways go by.</summary>
[GenerateSerializer, Immutable, Alias("fhe.gateway-orders")]
public sealed record GatewayOrders
{
    /// <summary>Since when the operator drains the cluster; null when it takes work.</summary>
    [Id(0)]
    public DateTimeOffset? DrainingSince { get; init; }

    /// <summary>Gateways that asked in the last half minute.</summary>
    [Id(1)]
    public int Gateways { get; init; }
}
