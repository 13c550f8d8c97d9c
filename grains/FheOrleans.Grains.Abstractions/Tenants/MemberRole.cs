using Orleans;

namespace FheOrleans.Grains;

/// <summary>What a member of a tenant may be; it may be several things.</summary>
[GenerateSerializer, Alias("fhe.member-role")]
public enum MemberRole
{
    /// <summary>Invites members, sets their roles and revokes their tokens.</summary>
    Administrator,

    /// <summary>Has keys, datasets and inferences.</summary>
    Owner,

    /// <summary>Publishes models.</summary>
    Publisher,
}
