using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

/// <content>For those who keep a node running.</content>
public sealed partial class NodeClient
{
    /// <summary>Asks whether the node is drained, and what is unfinished; the operator may.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<NodeDrain> GetDrainAsync(CancellationToken cancellation = default) =>
        _transport.SendAsync<NodeDrain>(HttpMethod.Get, Routes.Drain, null, cancellation);

    /// <summary>Has the node take no new work, or take it again; the operator may.</summary>
    /// <param name="on">True to drain, false to take work again.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<NodeDrain> DrainAsync(bool on, CancellationToken cancellation = default) =>
        _transport.SendAsync<NodeDrain>(on ? HttpMethod.Put : HttpMethod.Delete, Routes.Drain, null, cancellation);

    /// <summary>Asks what the cluster has to do, and with what; the operator may. Every gateway answers the same.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<NodeWork> GetWorkAsync(CancellationToken cancellation = default) =>
        _transport.SendAsync<NodeWork>(HttpMethod.Get, Routes.NodeWork, null, cancellation);
}
