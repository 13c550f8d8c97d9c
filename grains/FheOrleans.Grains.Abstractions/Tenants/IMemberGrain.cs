using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>
/// A member of a tenant: its roles and its tokens. Key: <see cref="GrainKeys.Member"/>. What a data owner has is its
/// <see cref="IDataOwnerGrain"/>'s: this one is asked with every request, and small.
/// </summary>
[Alias("fhe.member")]
public interface IMemberGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes the member, or gives one that is there another token. Called by its tenant only, after the code was checked.
    /// </summary>
    /// <param name="roles">What it may be; none leaves the roles of one that is there.</param>
    /// <param name="token">Its token. The same again is no error.</param>
    /// <returns>The member.</returns>
    /// <exception cref="LimitExceededException">It has as many tokens as it may.</exception>
    [Alias("enrol")]
    Task<MemberDescription> EnrolAsync(ImmutableArray<MemberRole> roles, NewToken token);

    /// <summary>Whether a token is this member's, and what it opens.</summary>
    /// <param name="tokenHash">SHA-256 of the token, 32 bytes.</param>
    /// <returns>
    /// The access; null when the token is another's, revoked or expired, and where there is no such member. Compared in constant time.
    /// </returns>
    [Alias("authenticate")]
    Task<MemberAccess?> AuthenticateAsync(byte[] tokenHash);

    /// <summary>Describes the member.</summary>
    /// <returns>The member with its tokens.</returns>
    /// <exception cref="NotFoundException">There is none.</exception>
    [Alias("describe"), ReadOnly]
    Task<MemberDescription> DescribeAsync();

    /// <summary>Sets what the member may be, from its next request on.</summary>
    /// <param name="roles">The roles, at least one.</param>
    /// <returns>The member.</returns>
    /// <exception cref="NotFoundException">There is none.</exception>
    /// <exception cref="InvalidPayloadException">No role, or one that does not exist.</exception>
    [Alias("set-roles")]
    Task<MemberDescription> SetRolesAsync(ImmutableArray<MemberRole> roles);

    /// <summary>Gives the member one more token. The others keep working.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The token as it is listed.</returns>
    /// <exception cref="NotFoundException">There is no such member.</exception>
    /// <exception cref="LimitExceededException">It has as many tokens as it may.</exception>
    [Alias("issue-token")]
    Task<TokenDescription> IssueTokenAsync(NewToken token);

    /// <summary>Revokes a token, from the next request on.</summary>
    /// <param name="id">The token's id; null for all of them.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="NotFoundException">There is no such member or token.</exception>
    [Alias("revoke-token"), CannotBeRepeated]
    Task RevokeTokenAsync(string? id);

    /// <summary>Removes the member with all its tokens. Removing one that is not there is no error.</summary>
    /// <returns>When nothing of it is left.</returns>
    [Alias("remove")]
    Task RemoveAsync();
}
