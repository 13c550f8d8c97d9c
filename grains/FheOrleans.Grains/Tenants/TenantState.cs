using Orleans;

namespace FheOrleans.Grains.Tenants;

/// <summary>What a tenant grain remembers.</summary>
[GenerateSerializer, Alias("fhe.state.tenant")]
internal sealed class TenantState
{
    [Id(0)]
    public DateTimeOffset CreatedAt { get; set; }

    [Id(1)]
    public List<string> Owners { get; set; } = [];

    /// <summary>The open invitations, by the invited owner's name.</summary>
    [Id(2)]
    public Dictionary<string, Invitation> Invitations { get; set; } = [];
}

/// <summary>An invitation that was not redeemed yet.</summary>
[GenerateSerializer, Alias("fhe.state.invitation")]
internal sealed class Invitation
{
    [Id(0)]
    public byte[] CodeHash { get; set; } = [];

    [Id(1)]
    public DateTimeOffset Expires { get; set; }
}
