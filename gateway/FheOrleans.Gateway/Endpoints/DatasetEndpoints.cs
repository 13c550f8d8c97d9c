using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Datasets: declared, then uploaded chunk by chunk, in any order.</summary>
internal sealed class DatasetEndpoints(GatewayOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(Routes.Dataset, DeclareAsync).RequireRoles(Role.Owner).TakesJson(options).WithSummary("Declare what will be uploaded.");
        routes.MapGet(Routes.Dataset, DescribeAsync).RequireRoles(Role.Owner).WithSummary("A dataset, and which chunks have arrived.");
        routes.MapPut(Routes.Chunk, PutChunkAsync).RequireRoles(Role.Owner).TakesChunk(options).WithSummary("Upload one chunk.");
    }

    private static async Task<DatasetDescription> DeclareAsync(string id, DatasetDeclaration declaration, Caller caller, GrainCalls grains) =>
        (await caller.Dataset(grains, id).DeclareAsync(declaration.ToGrain())).ToWire();

    private static async Task<DatasetDescription> DescribeAsync(string id, Caller caller, GrainCalls grains) =>
        (await caller.Dataset(grains, id).DescribeAsync()).ToWire();

    // The body's memory is reserved by the gate before this runs, and given back after the grain has the chunk.
    private static async Task<ChunkReceipt> PutChunkAsync(
        string id, int index, HttpRequest request, Caller caller, GrainCalls grains, CancellationToken cancellation)
    {
        if (index < 0) throw Refusal.Invalid("Chunks are counted from 0.", $"chunk {index}", "0 or more");
        var grain = caller.Dataset(grains, id);
        var chunk = await BodyReading.ReadWholeAsync(request, cancellation);
        var progress = await grain.PutChunkAsync(index, chunk);
        return new ChunkReceipt(index, progress.Received, progress.Total, progress.Complete);
    }
}
