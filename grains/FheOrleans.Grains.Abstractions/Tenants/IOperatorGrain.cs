using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>The operator of this node: its tokens, the list of tenants, and what all gateways go by. Key:
/// <see cref="GrainKeys.Operator"/>.</summary>
[Alias("fhe.operator")]
public interface IOperatorGrain : IGrainWithStringKey
{
    /// <summary>Sets the operator's first token. One of its tokens again is no error.</summary>
    /// <param name="tokenHash">SHA-256 of the token, 32 bytes.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="AccessRefusedException">Other tokens are enrolled already.</exception>
    [Alias("enrol")]
    Task EnrolAsync(byte[] tokenHash);

    /// <summary>
    /// Puts one token, which never expires, in the place of all that the operator has: for who has lost them. Only who starts the node,
    /// or holds a cluster's secrets, asks for this; no route leads here.
    /// </summary>
    /// <param name="tokenHash">SHA-256 of the token, 32 bytes.</param>
    /// <returns>When it is stored; from then on no other token is good.</returns>
    [Alias("replace-tokens")]
    Task ReplaceTokensAsync(byte[] tokenHash);

    /// <summary>Whether a token is the operator's.</summary>
    /// <param name="tokenHash">SHA-256 of the token, 32 bytes.</param>
    /// <returns>The token's id, or null; compared in constant time.</returns>
    [Alias("authenticate")]
    Task<string?> AuthenticateAsync(byte[] tokenHash);

    /// <summary>Lists the operator's tokens that work.</summary>
    /// <returns>The tokens, oldest first.</returns>
    [Alias("describe-tokens"), ReadOnly]
    Task<ImmutableArray<TokenDescription>> DescribeTokensAsync();

    /// <summary>Gives the operator one more token. The others keep working.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The token as it is listed.</returns>
    /// <exception cref="LimitExceededException">The operator has as many tokens as it may.</exception>
    [Alias("issue-token")]
    Task<TokenDescription> IssueTokenAsync(NewToken token);

    /// <summary>Revokes a token, from the next request on.</summary>
    /// <param name="id">The token's id.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="NotFoundException">There is no such token.</exception>
    /// <exception cref="ConflictException">It is the last one that never expires: nobody could operate the node any more.</exception>
    [Alias("revoke-token"), CannotBeRepeated]
    Task RevokeTokenAsync(string id);

    /// <summary>Enters a tenant into the list. Entering it again is no error.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="LimitExceededException">The node has as many tenants as it may.</exception>
    [Alias("add-tenant")]
    Task AddTenantAsync(string tenant);

    /// <summary>Lists the tenants.</summary>
    /// <returns>Their names, in alphabetical order.</returns>
    [Alias("read-tenants"), ReadOnly]
    Task<ImmutableArray<string>> ReadTenantsAsync();

    /// <summary>Drains the cluster, or takes work again: no gateway lets new work in while it is drained, and none after a
    /// restart.</summary>
    /// <param name="on">True to drain. Drained again it stays drained since it was.</param>
    /// <returns>What all gateways go by from now on.</returns>
    [Alias("drain")]
    Task<GatewayOrders> DrainAsync(bool on);

    /// <summary>A gateway is there and asks what all gateways go by. Each asks every few seconds.</summary>
    /// <param name="gateway">The gateway: made when its process starts.</param>
    /// <returns>What all gateways go by.</returns>
    [Alias("check-in"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<GatewayOrders> CheckInAsync(Guid gateway);
}
