using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Models: published by a data owner, used by those it allows. Nobody gets the weights back.</summary>
internal sealed class ModelEndpoints(GatewayOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Routes.ModelVersions, PublishAsync).RequireRoles(Role.Publisher).TakesNetwork(options).WithSummary("Publish a network as the model's next version.");
        routes.MapGet(Routes.Model, DescribeAsync).RequireRoles(Role.Owner, Role.Publisher).WithSummary("A model and its versions.");
        routes.MapGet(Routes.Plan, PlanAsync).RequireRoles(Role.Owner, Role.Publisher).WithSummary("What a data owner must know to encrypt for a version.");
    }

    private static async Task<PublishedVersion> PublishAsync(
        string model, HttpRequest request, Caller caller, IGrainFactory grains, CancellationToken cancellation, string? visibility = null)
    {
        var who = Words.Visibility(visibility);
        var grain = caller.Model(grains, caller.Name, model);
        var network = await BodyReading.ReadWholeAsync(request, cancellation);
        return new PublishedVersion($"{caller.Name}/{model}", await grain.PublishAsync(network, who.ToGrain()));
    }

    private static async Task<ModelDescription> DescribeAsync(string publisher, string model, Caller caller, IGrainFactory grains) =>
        (await caller.Model(grains, publisher, model).DescribeAsync(caller.Name)).ToWire();

    private static async Task<ModelPlan> PlanAsync(
        string publisher, string model, int version, Caller caller, IGrainFactory grains, string? layout = null)
    {
        var slots = Words.Layout(layout);
        var plan = await caller.Model(grains, publisher, model).PlanAsync(caller.Name, version, slots.ToGrain());
        return plan.ToWire($"{publisher}/{model}", slots);
    }
}
