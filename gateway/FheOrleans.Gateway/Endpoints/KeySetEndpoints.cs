using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Problems;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Key sets: declared, then uploaded object by object.</summary>
internal sealed class KeySetEndpoints(GatewayOptions options, MemoryBudget budget)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(Routes.KeySet, DeclareAsync).RequireRoles(Role.Owner).TakesJson(options).WithSummary("Declare parameters and which keys will come.");
        routes.MapGet(Routes.KeySet, DescribeAsync).RequireRoles(Role.Owner).WithSummary("A key set, and how much of it has arrived.");
        routes.MapPut(Routes.KeyObject, AppendAsync).RequireRoles(Role.Owner).TakesKeyObject(options).WithSummary("Upload a key object from an offset on.");
    }

    private static async Task<Contracts.KeySetDescription> DeclareAsync(
        string id, Contracts.KeySetDeclaration declaration, Caller caller, GrainCalls grains) =>
        (await caller.KeySet(grains, id).DeclareAsync(declaration.ToGrain())).ToWire();

    private static async Task<Contracts.KeySetDescription> DescribeAsync(string id, Caller caller, GrainCalls grains) =>
        (await caller.KeySet(grains, id).DescribeAsync()).ToWire();

    /// <summary>
    /// Forwards the body piece by piece as it arrives, holding one piece. When the connection breaks, the pieces before are with the
    /// grain and the client continues after them.
    /// </summary>
    private async Task<Contracts.KeyObjectProgress> AppendAsync(
        string id, string kind, HttpRequest request, Caller caller, GrainCalls grains, CancellationToken cancellation, long offset = 0)
    {
        if (offset < 0) throw Refusal.Invalid("An object begins at offset 0.", $"offset={offset}", "offset=0 or more");
        var which = Words.KeyObject(kind);
        var grain = caller.KeySet(grains, id);
        Grains.KeyObjectProgress? progress = null;
        while (true)
        {
            using var lease = await budget.ReserveAsync(Limits.KeyPieceBytes, cancellation);
            if (await BodyReading.ReadPieceAsync(request, Limits.KeyPieceBytes, cancellation) is not { } piece) break;
            progress = await grain.AppendAsync(which, offset, piece);
            offset += piece.Length;
        }
        return progress?.ToWire() ?? throw Refusal.Invalid("The body is empty.", "0 bytes", "bytes of the object from the offset on");
    }
}
