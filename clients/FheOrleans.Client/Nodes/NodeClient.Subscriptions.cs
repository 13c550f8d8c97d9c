using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

public sealed partial class NodeClient
{
    /// <summary>Makes a subscription. The same declaration again changes nothing.</summary>
    /// <param name="id">Its id: <c>[a-z0-9][a-z0-9-]{0,39}</c>.</param>
    /// <param name="declaration">What to forecast, and how points come.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<SubscriptionDescription> SubscribeAsync(string id, SubscriptionDeclaration declaration, CancellationToken cancellation = default) =>
        _transport.RetryAsync(
            () => _transport.SendAsync<SubscriptionDescription>(HttpMethod.Put, Routes.SubscriptionOf(id), Json(declaration), cancellation), cancellation);

    /// <summary>Asks where a subscription is.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<SubscriptionDescription> GetSubscriptionAsync(string id, CancellationToken cancellation = default) => _transport.RetryAsync(
        () => _transport.SendAsync<SubscriptionDescription>(HttpMethod.Get, Routes.SubscriptionOf(id), null, cancellation), cancellation);

    /// <summary>Ends a subscription and deletes its points, state and results on the node.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task DeleteSubscriptionAsync(string id, CancellationToken cancellation = default) => DeleteAsync(Routes.SubscriptionOf(id), cancellation);

    /// <summary>
    /// Sends one chunk of a point, trying again after a lost connection. Keep the bytes until it is acknowledged: encrypted anew they are
    /// another chunk, and a conflict.
    /// </summary>
    /// <param name="id">The subscription's id.</param>
    /// <param name="point">The point's number, one above the last.</param>
    /// <param name="chunk">The chunk's number, from 0.</param>
    /// <param name="bytes">Its ciphertexts, one after the other.</param>
    /// <param name="cancellation">Stops sending.</param>
    public Task<PointReceipt> AppendPointAsync(
        string id, int point, int chunk, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default) => _transport.RetryAsync(
        () => _transport.SendAsync<PointReceipt>(HttpMethod.Put, Routes.PointChunkOf(id, point, chunk), Octets(bytes), cancellation), cancellation);

    /// <summary>Goes over to another version of the model; the node computes its state anew from the points it has kept.</summary>
    /// <param name="id">The subscription's id.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<SubscriptionDescription> UpgradeSubscriptionAsync(string id, int version, CancellationToken cancellation = default) =>
        _transport.SendAsync<SubscriptionDescription>(HttpMethod.Post, Routes.UpgradeOf(id), Json(new UpgradeRequest(version)), cancellation);

    /// <summary>Fetches the encrypted forecast after a point.</summary>
    /// <param name="id">The subscription's id.</param>
    /// <param name="point">The point's number.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>SEAL <c>Ciphertext</c>s at the plan's output level one behind the other, one per output.</returns>
    public Task<byte[]> DownloadLiveResultAsync(string id, int point, CancellationToken cancellation = default) =>
        _transport.RetryAsync(() => _transport.GetBytesAsync(Routes.LiveResultOf(id, point), cancellation), cancellation);
}
