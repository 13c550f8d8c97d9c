using System.Reflection;
using System.Security.Claims;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Http;
using Orleans;

namespace FheOrleans.Gateway.Identity;

/// <summary>
/// The authenticated data owner of a request. Grain keys are made here and from nothing else: a name in a path can only choose among the
/// caller's own things.
/// </summary>
internal sealed record Caller(string Tenant, string Owner)
{
    /// <summary>Reads the caller from an authenticated principal.</summary>
    /// <exception cref="InvalidOperationException">
    /// The endpoint was reached without the owner policy, which is a fault of the gateway.
    /// </exception>
    public static Caller Of(ClaimsPrincipal? user) =>
        user?.FindFirstValue(Claims.Tenant) is { } tenant && user.FindFirstValue(Claims.Owner) is { } owner
            ? new Caller(tenant, owner)
            : throw new InvalidOperationException("The endpoint needs an authenticated data owner and was reached without one.");

    /// <summary>Lets endpoints take the caller as a parameter.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult(Of(context.User));

    public IDataOwnerGrain Self(IGrainFactory grains) => grains.GetGrain<IDataOwnerGrain>(GrainKeys.DataOwner(Tenant, Owner));

    public IKeySetGrain KeySet(IGrainFactory grains, string id) => grains.GetGrain<IKeySetGrain>(GrainKeys.KeySet(Tenant, Owner, id));

    public IDatasetGrain Dataset(IGrainFactory grains, string id) => grains.GetGrain<IDatasetGrain>(GrainKeys.Dataset(Tenant, Owner, id));

    public IInferenceGrain Inference(IGrainFactory grains, string id) =>
        grains.GetGrain<IInferenceGrain>(GrainKeys.Inference(Tenant, Owner, id));

    /// <summary>A model of the caller's tenant. Whether the caller may use it is the grain's to say.</summary>
    public IModelGrain Model(IGrainFactory grains, string publisher, string model) =>
        grains.GetGrain<IModelGrain>(GrainKeys.Model(Tenant, publisher, model));
}

/// <summary>The claims of a principal.</summary>
internal static class Claims
{
    public const string Tenant = "tenant";
    public const string Owner = "owner";
    public const string Operator = "operator";
}

/// <summary>The names of the two authorization policies.</summary>
internal static class Policies
{
    public const string Owner = "owner";
    public const string Operator = "operator";
}
