using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Description;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Models: published by a data owner, used by those it allows. Nobody gets the weights back.</summary>
internal sealed class ModelEndpoints(GatewayOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Routes.ModelVersions, PublishAsync).RequireRoles(Role.Operator, Role.Publisher).TakesNetwork(options).WithSummary("Publish a network as the model's next version.");
        routes.MapGet(Routes.Models, ListAsync).RequireRoles(Role.Owner, Role.Publisher).WithSummary("The models the caller may use.");
        routes.MapDelete(Routes.OwnModel, DeleteAsync).RequireRoles(Role.Operator, Role.Publisher).AnswersNothing().WithSummary("Delete a model with all its versions.");
        routes.MapGet(Routes.Model, DescribeAsync).RequireRoles(Role.Owner, Role.Publisher).WithSummary("A model and its versions.");
        routes.MapGet(Routes.Plan, PlanAsync).RequireRoles(Role.Owner, Role.Publisher).WithSummary("What a data owner must know to encrypt for a version.");
    }

    private static async Task<PublishedVersion> PublishAsync(
        string model, HttpRequest request, Caller caller, GrainCalls grains, CancellationToken cancellation, string? visibility = null)
    {
        var who = Words.Visibility(visibility);
        var isPublic = who == ModelVisibility.Public;
        CheckOperator(caller, isPublic);
        var publisher = isPublic ? Grains.GrainKeys.Public : caller.Name;
        var grain = caller.Model(grains, publisher, model);
        var network = await BodyReading.ReadWholeAsync(request, cancellation);
        var version = await grain.PublishAsync(network, who.ToGrain(), PublisherOf(caller));
        return new PublishedVersion($"{publisher}/{model}", version);
    }

    /// <summary>A public model is deleted by who published it, and by the operator.</summary>
    private static async Task<IResult> DeleteAsync(string model, Caller caller, GrainCalls grains, string? visibility = null)
    {
        var isPublic = Words.Visibility(visibility) == ModelVisibility.Public;
        CheckOperator(caller, isPublic);
        if (isPublic && !caller.IsOperator && await caller.Model(grains, Grains.GrainKeys.Public, model).ReadPublisherAsync() is { } publisher && publisher != PublisherOf(caller))
            throw new Grains.AccessRefusedException($"the public model '{model}' is somebody else's.");
        var deletions = isPublic
            ? grains.GetGrain<Grains.IDeletionGrain>(Grains.GrainKeys.DataOwner(Grains.GrainKeys.Public, Grains.GrainKeys.Public))
            : caller.Deletions(grains);
        await deletions.DeleteAsync(Grains.CatalogKind.Model, model);
        return TypedResults.NoContent();
    }

    private static string PublisherOf(Caller caller) => caller.IsOperator ? "" : $"{caller.Tenant}/{caller.Name}";

    private static void CheckOperator(Caller caller, bool isPublic)
    {
        if (caller.IsOperator && !isPublic)
            throw Refusal.Invalid("The operator is of no co-operative, and publishes for everybody.", "another visibility", "visibility=public");
    }

    private static async Task<ModelList> ListAsync(Caller caller, GrainCalls grains)
    {
        var shared = await Directory(grains, caller.Tenant).ReadAsync(caller.Name);
        var forAll = await Directory(grains, Grains.GrainKeys.Public).ReadAsync(caller.Name);
        return new ModelList([.. shared.Concat(forAll).Select(Translation.ToWire)]);
    }

    private static Grains.IModelDirectoryGrain Directory(GrainCalls grains, string tenant) =>
        grains.GetGrain<Grains.IModelDirectoryGrain>(Grains.GrainKeys.ModelDirectory(tenant));

    private static async Task<ModelDescription> DescribeAsync(string publisher, string model, Caller caller, GrainCalls grains) =>
        (await caller.Model(grains, publisher, model).DescribeAsync(caller.Name)).ToWire();

    private static async Task<ModelPlan> PlanAsync(
        string publisher, string model, int version, Caller caller, GrainCalls grains,
        string? layout = null, int timePoints = 0, int windows = 0, double maximumError = 0)
    {
        // Either a form by name, or the job for which the node chooses one.
        if (layout is null ? windows < 1 : windows != 0)
        {
            throw Refusal.Invalid("A plan is for one form or for one job.", layout is null ? "neither" : "both",
                "layout=series, or another form; or timePoints= and windows=");
        }
        var request = new Grains.PlanRequest
        {
            Form = Words.Form(layout),
            TimePoints = timePoints,
            Windows = windows,
            MaximumError = maximumError,
        };
        return (await caller.Model(grains, publisher, model).PlanAsync(caller.Name, version, request)).ToWire($"{publisher}/{model}");
    }
}
