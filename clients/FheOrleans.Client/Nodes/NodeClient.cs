using System.Net.Http.Json;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

/// <summary>
/// Talks to one node, or to a cluster by any of its gateways, as the operator, as a data owner, or (without a token) as somebody who wants to join.
/// All members may be called at once from several threads.
/// </summary>
/// <remarks>
/// Where <see cref="NodeAddress"/> has several addresses, a request that one of them does not answer is sent to the next, once to each.
/// Every member throws <see cref="NodeUnreachableException"/> when the node is not there, <see cref="CertificateMismatchException"/>
/// when something else is, <see cref="NodeRefusedException"/> when it refuses, and <see cref="NodeAnswerException"/> when its answer is
/// not in the contract. Ciphertexts and keys cross as bytes: this class neither encrypts nor sees a secret key.
/// </remarks>
public sealed partial class NodeClient : IAsyncDisposable
{
    private readonly NodeTransport _transport;

    /// <summary>Makes a client; nothing is sent before the first call.</summary>
    /// <param name="address">The node and its certificate.</param>
    /// <param name="token">
    /// The bearer token: an owner's, the operator's, or null for <see cref="JoinAsync"/> and <see cref="GetHealthAsync"/> only.
    /// </param>
    /// <param name="options">How patient to be; null for the defaults.</param>
    public NodeClient(NodeAddress address, string? token, NodeClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        _transport = new NodeTransport(address, token, options ?? new NodeClientOptions());
    }

    /// <summary>The node's addresses and its certificate.</summary>
    public NodeAddress Address => _transport.Address;

    /// <summary>Asks whether the node takes requests.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<NodeHealth> GetHealthAsync(CancellationToken cancellation = default) =>
        _transport.SendAsync<NodeHealth>(HttpMethod.Get, Routes.Health, null, cancellation);

    /// <summary>Joins as the owner an invitation names. Works once for a code, and without a token.</summary>
    /// <param name="code">The invitation's code.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Who the caller is now, with the token.</returns>
    public Task<JoinedOwner> JoinAsync(string code, CancellationToken cancellation = default) =>
        _transport.SendAsync<JoinedOwner>(HttpMethod.Post, Routes.Join, Json(new JoinRequest(code)), cancellation, isRepeatable: false);

    /// <summary>Asks who the token belongs to and what they have on the node.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<OwnerDescription> GetMeAsync(CancellationToken cancellation = default) =>
        _transport.SendAsync<OwnerDescription>(HttpMethod.Get, Routes.Me, null, cancellation);

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        _transport.Dispose();
        return ValueTask.CompletedTask;
    }

    private static JsonContent Json<T>(T body) => JsonContent.Create(body, options: ContractJson.Options);
}
