using Orleans;

namespace FheOrleans.Grains.Tenants;

/// <summary>What a tenant grain remembers.</summary>
[GenerateSerializer, Alias("fhe.state.tenant")]
internal sealed class TenantState
{
    [Id(0)]
    public DateTimeOffset CreatedAt { get; set; }

    [Id(1)]
    public List<string> Members { get; set; } = [];

    /// <summary>The open invitations, by the invited member's name.</summary>
    [Id(2)]
    public Dictionary<string, Invitation> Invitations { get; set; } = [];

    /// <summary>Whether the operator's list has the tenant; one from before there was a list is entered when it is next asked
    /// for.</summary>
    [Id(3)]
    public bool IsListed { get; set; }
}

/// <summary>An invitation that was not redeemed yet.</summary>
[GenerateSerializer, Alias("fhe.state.invitation")]
internal sealed class Invitation
{
    [Id(0)]
    public byte[] CodeHash { get; set; } = [];

    [Id(1)]
    public DateTimeOffset Expires { get; set; }

    /// <summary>What the new member may be. None for one who has joined; and from before there were roles, for an owner who may
    /// publish.</summary>
    [Id(2)]
    public List<MemberRole> Roles { get; set; } = [];
}
