using Orleans;

namespace FheOrleans.Grains;

/// <summary>A tenant: a co-operative of data owners. Key: <see cref="GrainKeys.Tenant"/>.</summary>
[Alias("fhe.tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Creates the tenant. Creating it again is no error.</summary>
    /// <returns>The tenant.</returns>
    [Alias("create")]
    Task<TenantDescription> CreateAsync();

    /// <summary>Describes the tenant.</summary>
    /// <returns>The tenant.</returns>
    /// <exception cref="NotFoundException">It was not created.</exception>
    [Alias("describe")]
    Task<TenantDescription> DescribeAsync();

    /// <summary>Invites a data owner. A second invitation takes the place of the first while it is not redeemed.</summary>
    /// <param name="ownerName">The data owner's name.</param>
    /// <param name="codeHash">SHA-256 of the invitation's code, 32 bytes.</param>
    /// <param name="expires">When the code ends.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="NotFoundException">The tenant was not created.</exception>
    /// <exception cref="ConflictException">The data owner has joined already.</exception>
    /// <exception cref="LimitExceededException">The tenant has as many owners and invitations as it may.</exception>
    [Alias("invite")]
    Task InviteAsync(string ownerName, byte[] codeHash, DateTimeOffset expires);

    /// <summary>Redeems an invitation, once: the data owner joins with a token of its own.</summary>
    /// <param name="ownerName">The data owner's name.</param>
    /// <param name="codeHash">SHA-256 of the invitation's code, 32 bytes.</param>
    /// <param name="tokenHash">SHA-256 of the data owner's new token, 32 bytes.</param>
    /// <returns>When the data owner is enrolled.</returns>
    /// <exception cref="AccessRefusedException">
    /// The code is wrong, used or expired; the same answer where tenant or owner do not exist.
    /// </exception>
    [Alias("redeem")]
    Task RedeemAsync(string ownerName, byte[] codeHash, byte[] tokenHash);
}
