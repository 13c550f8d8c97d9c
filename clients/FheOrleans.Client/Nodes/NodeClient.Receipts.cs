using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

public sealed partial class NodeClient
{
    /// <summary>Asks for the key with which the node signs.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<NodeDescription> GetNodeAsync(CancellationToken cancellation = default) =>
        _transport.SendAsync<NodeDescription>(HttpMethod.Get, Routes.Node, null, cancellation);

    /// <summary>Fetches a receipt. It is not checked here: docs/receipts.md says how.</summary>
    /// <param name="id">The inference's id.</param>
    /// <param name="part">The part, from 0; null for the receipt of the whole inference, which it has when it is completed.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<SignedStatement> GetReceiptAsync(string id, int? part, CancellationToken cancellation = default) =>
        _transport.RetryAsync(() => _transport.SendAsync<SignedStatement>(HttpMethod.Get, Routes.ReceiptOf(id, part), null, cancellation), cancellation);

    /// <summary>Reads one page of the caller's ledger.</summary>
    /// <param name="after">The number of the last entry the caller has; 0 for all.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<LedgerPage> GetLedgerAsync(long after, CancellationToken cancellation = default) =>
        _transport.RetryAsync(() => _transport.SendAsync<LedgerPage>(HttpMethod.Get, Routes.LedgerAfter(after), null, cancellation), cancellation);
}
