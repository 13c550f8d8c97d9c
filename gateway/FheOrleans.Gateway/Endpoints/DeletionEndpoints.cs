using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Description;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Problems;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Deletions: an answer means that the bytes are gone and the ledger says so.</summary>
internal static class DeletionEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapDelete(Routes.KeySet, DeleteKeySetAsync).RequireRoles(Role.Owner).AnswersNothing().WithSummary("Delete a key set and its keys.");
        routes.MapDelete(Routes.Dataset, DeleteDatasetAsync).RequireRoles(Role.Owner).AnswersNothing().WithSummary("Delete a dataset and its chunks.");
        routes.MapDelete(Routes.Results, DeleteInferenceAsync).RequireRoles(Role.Owner).AnswersNothing().WithSummary("Delete an inference with its results and receipts.");
        routes.MapDelete(Routes.Me, DeleteSelfAsync).RequireRoles(Role.Owner).AnswersNothing().WithSummary("Delete the caller with everything it has.");
        routes.MapDelete(Routes.Member, DeleteMemberAsync).RequireRoles(Role.Operator, Role.Administrator).AnswersNothing().WithSummary("Delete a member with everything it has.");
    }

    private static Task<IResult> DeleteKeySetAsync(string id, Caller caller, GrainCalls grains) => DeleteAsync(CatalogKind.KeySet, id, caller, grains);

    private static Task<IResult> DeleteDatasetAsync(string id, Caller caller, GrainCalls grains) => DeleteAsync(CatalogKind.Dataset, id, caller, grains);

    private static Task<IResult> DeleteInferenceAsync(string id, Caller caller, GrainCalls grains) => DeleteAsync(CatalogKind.Inference, id, caller, grains);

    private static async Task<IResult> DeleteAsync(CatalogKind kind, string id, Caller caller, GrainCalls grains)
    {
        await caller.Deletions(grains).DeleteAsync(kind, id);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> DeleteSelfAsync(Caller caller, GrainCalls grains, string? confirm = null)
    {
        CheckConfirmed(confirm, caller.Name);
        await caller.Deletions(grains).DeleteOwnerAsync();
        return TypedResults.NoContent();
    }

    private static async Task<IResult> DeleteMemberAsync(string tenant, string member, Caller caller, GrainCalls grains, string? confirm = null)
    {
        var key = GrainKeys.DataOwner(caller.Running(tenant), member);
        CheckConfirmed(confirm, member);
        await grains.GetGrain<IDeletionGrain>(key).DeleteOwnerAsync();
        return TypedResults.NoContent();
    }

    // Nothing brings it back: a path that was completed or repeated by mistake must not be enough.
    private static void CheckConfirmed(string? confirm, string name)
    {
        if (confirm == name) return;
        throw Refusal.Invalid(
            "Everything of this member would be gone for good. Confirm with its name.", confirm is null ? "no confirm" : "another name", "confirm=the member's name");
    }
}
