using System.Collections.Immutable;
using System.Reflection;
using System.Security.Claims;
using FheOrleans.Gateway.Calls;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Http;

namespace FheOrleans.Gateway.Identity;

/// <summary>
/// Who has sent a request, by its token. Grain keys are made here and from nothing else: a name in a path can only choose among the
/// caller's own things.
/// </summary>
/// <param name="Tenant">The caller's tenant; empty for the operator, who is of none.</param>
/// <param name="Name">The caller's name in it.</param>
/// <param name="Roles">What the caller may be. Which of them a route takes is the route's to say: <c>RequireRoles</c>.</param>
internal sealed record Caller(string Tenant, string Name, ImmutableArray<Role> Roles)
{
    /// <summary>The id of the token the caller came with.</summary>
    public string Token { get; init; } = "";

    /// <summary>Whether the caller runs the node.</summary>
    public bool IsOperator => Roles.Contains(Role.Operator);

    /// <summary>Reads the caller from an authenticated principal.</summary>
    /// <exception cref="InvalidOperationException">
    /// The endpoint was reached without authentication, which is a fault of the gateway.
    /// </exception>
    public static Caller Of(ClaimsPrincipal? user) =>
        user?.FindFirstValue(Claims.Name) is { } name
            ? new Caller(user.FindFirstValue(Claims.Tenant) ?? "", name, [.. user.FindAll(Claims.Role).Select(claim => Enum.Parse<Role>(claim.Value))])
            {
                Token = user.FindFirstValue(Claims.Token) ?? "",
            }
            : throw new InvalidOperationException("The endpoint needs an authenticated caller and was reached without one.");

    /// <summary>Lets endpoints take the caller as a parameter.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context, ParameterInfo parameter) => ValueTask.FromResult(Of(context.User));

    /// <summary>The caller as the principal that authentication gives the request.</summary>
    public ClaimsPrincipal ToPrincipal(string scheme) => new(new ClaimsIdentity(
        [new(Claims.Tenant, Tenant), new(Claims.Name, Name), new(Claims.Token, Token), .. Roles.Select(role => new Claim(Claims.Role, role.ToString()))], scheme));

    /// <summary>The name of the tenant in a path, if the caller may run it.</summary>
    /// <exception cref="NotFoundException">It is another tenant than the caller's: that looks as if it were not there.</exception>
    public string Running(string tenant) =>
        IsOperator || string.Equals(tenant, Tenant, StringComparison.Ordinal) ? tenant : throw new NotFoundException("tenant", Grains.Name.Check(tenant, "tenant"));

    public IMemberGrain Member(GrainCalls grains) => grains.GetGrain<IMemberGrain>(GrainKeys.Member(Tenant, Name));

    public IDataOwnerGrain Self(GrainCalls grains) => grains.GetGrain<IDataOwnerGrain>(GrainKeys.DataOwner(Tenant, Name));

    public IKeySetGrain KeySet(GrainCalls grains, string id) => grains.GetGrain<IKeySetGrain>(GrainKeys.KeySet(Tenant, Name, id));

    public IDatasetGrain Dataset(GrainCalls grains, string id) => grains.GetGrain<IDatasetGrain>(GrainKeys.Dataset(Tenant, Name, id));

    public IInferenceGrain Inference(GrainCalls grains, string id) =>
        grains.GetGrain<IInferenceGrain>(GrainKeys.Inference(Tenant, Name, id));

    public ISubscriptionGrain Subscription(GrainCalls grains, string id) =>
        grains.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(Tenant, Name, id));

    public IDeletionGrain Deletions(GrainCalls grains) => grains.GetGrain<IDeletionGrain>(GrainKeys.DataOwner(Tenant, Name));

    /// <summary>A model of the caller's tenant. Whether the caller may use it is the grain's to say.</summary>
    public IModelGrain Model(GrainCalls grains, string publisher, string model) =>
        grains.GetGrain<IModelGrain>(GrainKeys.Model(Tenant, publisher, model));
}

/// <summary>The claims of a principal.</summary>
internal static class Claims
{
    public const string Tenant = "tenant";
    public const string Name = "name";
    public const string Role = "role";
    public const string Token = "token";
}
