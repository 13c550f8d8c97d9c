using System.Security.Cryptography;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Problems;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>What a node puts its name to: receipts, ledgers, and the key to check both.</summary>
internal sealed class ReceiptEndpoints
{
    private const int EntriesPerPage = 100;
    private const string Algorithm = "ecdsa-p256-sha256";

    // Asked once: the key stays for as long as anybody who signs with it.
    private volatile NodeDescription? _node;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Node, DescribeNodeAsync).AllowAnonymous().WithSummary("The key with which the node signs.");
        routes.MapGet(Routes.Ledger, ReadLedgerAsync).RequireRoles(Role.Owner).WithSummary("The caller's ledger after a number, a page at a time.");
        routes.MapGet(Routes.MemberLedger, ReadMemberLedgerAsync).RequireRoles(Role.Operator, Role.Administrator)
            .WithSummary("A member's ledger after a number; that of a deleted member too.");
        routes.MapGet(Routes.Receipt, ReadWholeAsync).RequireRoles(Role.Owner).WithSummary("The receipt of a completed inference.");
        routes.MapGet(Routes.PartReceipt, ReadPartAsync).RequireRoles(Role.Owner).WithSummary("The receipt of a part's result.");
    }

    private async Task<NodeDescription> DescribeNodeAsync(GrainCalls grains)
    {
        if (_node is { } known) return known;
        var key = await grains.GetGrain<INodeGrain>(GrainKeys.Node).DescribeSigningKeyAsync();
        return _node = new(new(key.KeyId, Algorithm, key.PublicKey, PemEncoding.WriteString("PUBLIC KEY", key.PublicKey) + "\n"));
    }

    private static Task<Contracts.LedgerPage> ReadLedgerAsync(Caller caller, GrainCalls grains, long after = 0) =>
        PageAsync(GrainKeys.DataOwner(caller.Tenant, caller.Name), after, grains);

    private static Task<Contracts.LedgerPage> ReadMemberLedgerAsync(string tenant, string member, Caller caller, GrainCalls grains, long after = 0) =>
        PageAsync(GrainKeys.DataOwner(caller.Running(tenant), member), after, grains);

    private static async Task<Contracts.LedgerPage> PageAsync(string ledger, long after, GrainCalls grains)
    {
        if (after < 0) throw Refusal.Invalid("Entries are counted from 1.", $"after={after}", "after=0 or more");
        var page = await grains.GetGrain<ILedgerGrain>(ledger).ReadAsync(after, EntriesPerPage);
        return new([.. page.Entries.Select(entry => entry.Statement)], page.More, page.Head.ToWire());
    }

    private static Task<Contracts.SignedStatement> ReadWholeAsync(string id, Caller caller, GrainCalls grains) => ReadAsync(id, -1, caller, grains);

    private static Task<Contracts.SignedStatement> ReadPartAsync(string id, int part, Caller caller, GrainCalls grains) => part < 0
        ? throw Refusal.Invalid("Parts are counted from 0.", $"part {part}", "0 or more")
        : ReadAsync(id, part, caller, grains);

    private static async Task<Contracts.SignedStatement> ReadAsync(string id, int part, Caller caller, GrainCalls grains) =>
        (await caller.Inference(grains, id).ReadReceiptAsync(part)).ToWire();
}
