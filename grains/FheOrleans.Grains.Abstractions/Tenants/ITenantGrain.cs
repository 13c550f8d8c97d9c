using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>A tenant: a co-operative of data owners. Key: <see cref="GrainKeys.Tenant"/>.</summary>
[Alias("fhe.tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Creates the tenant. Creating it again is no error.</summary>
    /// <returns>The tenant.</returns>
    /// <exception cref="LimitExceededException">The node has as many tenants as it may.</exception>
    [Alias("create")]
    Task<TenantDescription> CreateAsync();

    /// <summary>Describes the tenant.</summary>
    /// <returns>The tenant.</returns>
    /// <exception cref="NotFoundException">It was not created.</exception>
    [Alias("describe")]
    Task<TenantDescription> DescribeAsync();

    /// <summary>Invites a member. A second invitation takes the place of the first while it is not redeemed.</summary>
    /// <param name="member">The member's name.</param>
    /// <param name="invitation">What the invitation is good for.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="NotFoundException">The tenant was not created, or there is no member to give another token.</exception>
    /// <exception cref="ConflictException">A new member is invited, and one of that name has joined already.</exception>
    /// <exception cref="InvalidPayloadException">No role, or one that does not exist.</exception>
    /// <exception cref="LimitExceededException">The tenant has as many members and invitations as it may.</exception>
    [Alias("invite")]
    Task InviteAsync(string member, NewInvitation invitation);

    /// <summary>Redeems an invitation, once, for a token.</summary>
    /// <param name="member">The member's name.</param>
    /// <param name="codeHash">SHA-256 of the invitation's code, 32 bytes.</param>
    /// <param name="token">The member's new token.</param>
    /// <returns>The member.</returns>
    /// <exception cref="AccessRefusedException">
    /// The code is wrong, used or expired; the same answer where tenant or member do not exist.
    /// </exception>
    /// <exception cref="LimitExceededException">The member has as many tokens as it may.</exception>
    [Alias("redeem"), CannotBeRepeated]
    Task<MemberDescription> RedeemAsync(string member, byte[] codeHash, NewToken token);

    /// <summary>
    /// Removes a member with its tokens and open invitations. What it has is not touched: delete that first. Removing one that is not
    /// there is no error.
    /// </summary>
    /// <param name="member">The member's name.</param>
    /// <returns>When nothing of it is left.</returns>
    [Alias("remove-member")]
    Task RemoveMemberAsync(string member);
}

/// <summary>What an invitation is good for.</summary>
[GenerateSerializer, Immutable, Alias("fhe.new-invitation")]
public sealed record NewInvitation
{
    /// <summary>SHA-256 of the invitation's code, 32 bytes.</summary>
    [Id(0)]
    public required byte[] CodeHash { get; init; }

    /// <summary>When the code ends.</summary>
    [Id(1)]
    public DateTimeOffset Expires { get; init; }

    /// <summary>What the new member may be; empty to give a member who has joined already another token.</summary>
    [Id(2)]
    public ImmutableArray<MemberRole> Roles { get; init; } = [];
}
