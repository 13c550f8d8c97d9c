using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Description;
using FheOrleans.Gateway.Health;
using FheOrleans.Gateway.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Subscriptions: made once, then fed with a point at a time; forecasts come as events.</summary>
internal sealed class SubscriptionEndpoints(GatewayOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(Routes.Subscription, CreateAsync).RequireRoles(Role.Owner).TakesJson(options).WithSummary("Subscribe to a model's forecasts.");
        routes.MapGet(Routes.Subscription, DescribeAsync).RequireRoles(Role.Owner).WithSummary("Where a subscription is.");
        routes.MapDelete(Routes.Subscription, DeleteAsync).RequireRoles(Role.Owner).AnswersNothing().WithSummary("End a subscription and delete its points, state and results.");
        routes.MapPut(Routes.PointChunk, AppendAsync).RequireRoles(Role.Owner).TakesChunk(options).StartsWork().WithSummary("Append a time point, a chunk at a time.");
        routes.MapPost(Routes.Upgrade, UpgradeAsync).RequireRoles(Role.Owner).TakesJson(options).WithSummary("Go over to another version of the model.");
        routes.MapGet(Routes.LiveResult, ReadResultAsync).RequireRoles(Role.Owner).AnswersBytes("SEAL ciphertexts, one behind the other.").WithSummary("The encrypted forecast after a point.");
    }

    private static async Task<SubscriptionDescription> CreateAsync(string id, SubscriptionDeclaration declaration, Caller caller, GrainCalls grains) =>
        (await caller.Subscription(grains, id).CreateAsync(declaration.ToGrain())).ToWire();

    private static async Task<SubscriptionDescription> DescribeAsync(string id, Caller caller, GrainCalls grains) =>
        (await caller.Subscription(grains, id).DescribeAsync()).ToWire();

    private static async Task<IResult> DeleteAsync(string id, Caller caller, GrainCalls grains)
    {
        await caller.Deletions(grains).DeleteAsync(Grains.CatalogKind.Subscription, id);
        return TypedResults.NoContent();
    }

    // The body's memory is reserved by the gate before this runs, and given back after the grain has the chunk.
    private static async Task<PointReceipt> AppendAsync(
        string id, int point, int chunk, HttpRequest request, Caller caller, GrainCalls grains, CancellationToken cancellation)
    {
        var grain = caller.Subscription(grains, id);
        var bytes = await BodyReading.ReadWholeAsync(request, cancellation);
        var progress = await grain.AppendAsync(point, chunk, bytes);
        return new PointReceipt(point, progress.Received, progress.Total, progress.Complete, progress.Appended);
    }

    private static async Task<SubscriptionDescription> UpgradeAsync(string id, UpgradeRequest request, Caller caller, GrainCalls grains) =>
        (await caller.Subscription(grains, id).UpgradeAsync(request.Version)).ToWire();

    private static async Task<IResult> ReadResultAsync(string id, int point, Caller caller, GrainCalls grains) =>
        TypedResults.Bytes((await caller.Subscription(grains, id).ReadResultAsync(point)).Bytes, "application/octet-stream");
}
