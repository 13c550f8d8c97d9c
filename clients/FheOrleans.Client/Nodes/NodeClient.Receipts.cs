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

    /// <summary>Deletes an inference with its results and receipts; one that runs is cancelled first.</summary>
    /// <param name="id">The inference's id.</param>
    /// <param name="cancellation">Stops waiting; the deletion goes on.</param>
    public Task DeleteInferenceAsync(string id, CancellationToken cancellation = default) => DeleteAsync(Routes.ResultsOf(id), cancellation);

    /// <summary>Deletes the caller with everything it has on the node; only its ledger stays. Its token works no more.</summary>
    /// <param name="name">The caller's own name, to confirm it.</param>
    /// <param name="cancellation">Stops waiting; the deletion goes on.</param>
    public Task DeleteMeAsync(string name, CancellationToken cancellation = default) => DeleteAsync(Routes.MeConfirmed(name), cancellation);

    /// <summary>Deletes a member with everything it has; the operator and the tenant's administrators may.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="member">The member.</param>
    /// <param name="cancellation">Stops waiting; the deletion goes on.</param>
    public Task DeleteMemberAsync(string tenant, string member, CancellationToken cancellation = default) =>
        DeleteAsync(Routes.MemberConfirmed(tenant, member), cancellation);
}
