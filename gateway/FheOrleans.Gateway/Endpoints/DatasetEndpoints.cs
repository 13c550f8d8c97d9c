using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Datasets: declared, then uploaded chunk by chunk, in any order.</summary>
internal sealed class DatasetEndpoints(GatewayOptions options)
{
    public void Map(IEndpointRouteBuilder owners)
    {
        owners.MapPut(Routes.Dataset, DeclareAsync).TakesJson(options).WithSummary("Declare what will be uploaded.");
        owners.MapGet(Routes.Dataset, DescribeAsync).WithSummary("A dataset, and which chunks have arrived.");
        owners.MapDelete(Routes.Dataset, DeleteAsync).WithSummary("Delete a dataset and its chunks.");
        owners.MapPut(Routes.Chunk, PutChunkAsync).TakesChunk(options).WithSummary("Upload one chunk.");
    }

    private static async Task<DatasetDescription> DeclareAsync(string id, DatasetDeclaration declaration, Caller caller, IGrainFactory grains) =>
        (await caller.Dataset(grains, id).DeclareAsync(declaration.ToGrain())).ToWire();

    private static async Task<DatasetDescription> DescribeAsync(string id, Caller caller, IGrainFactory grains) =>
        (await caller.Dataset(grains, id).DescribeAsync()).ToWire();

    private static async Task<IResult> DeleteAsync(string id, Caller caller, IGrainFactory grains)
    {
        await caller.Dataset(grains, id).DeleteAsync();
        return TypedResults.NoContent();
    }

    // The body's memory is reserved by the gate before this runs, and given back after the grain has the chunk.
    private static async Task<ChunkReceipt> PutChunkAsync(
        string id, int index, HttpRequest request, Caller caller, IGrainFactory grains, CancellationToken cancellation)
    {
        if (index < 0) throw Refusal.Invalid("Chunks are counted from 0.", $"chunk {index}", "0 or more");
        var grain = caller.Dataset(grains, id);
        var chunk = await BodyReading.ReadWholeAsync(request, cancellation);
        var progress = await grain.PutChunkAsync(index, chunk);
        return new ChunkReceipt(index, progress.Received, progress.Total, progress.Complete);
    }
}
