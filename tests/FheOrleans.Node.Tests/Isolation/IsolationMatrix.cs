using System.Collections.Immutable;
using FheOrleans.Gateway.Identity;

namespace FheOrleans.Node.Tests.Isolation;

/// <summary>What the names in a route's path, or a hub method's arguments, choose among.</summary>
internal enum Chosen
{
    /// <summary>It names nothing: it is about the caller, or about the node.</summary>
    Nothing,

    /// <summary>The caller's own things. Another owner's, of the same tenant or of another, are as if they were not there.</summary>
    OwnThings,

    /// <summary>What the members of the caller's tenant share. Another tenant's are as if they were not there.</summary>
    ThingsOfTheTenant,

    /// <summary>Tenants: an administrator's own, the operator's all. Others are as if they were not there.</summary>
    Tenants,
}

/// <summary>Who may call a route or hub method, stated a second time and by hand: whoever adds one says here what it is to be.</summary>
internal sealed record Row(string Call, Chosen Chosen, ImmutableArray<Role> Roles)
{
    public bool IsForAnyone => Roles.IsEmpty;
}

/// <summary>
/// One row for every route and every hub method. <see cref="IsolationTests"/> asks the running node which there are, and fails where the two
/// lists differ.
/// </summary>
internal static class IsolationMatrix
{
    private const Role Operator = Role.Operator, Administrator = Role.Administrator, Owner = Role.Owner, Publisher = Role.Publisher;

    public static ImmutableArray<Row> Rows { get; } =
    [
        .. ForAnyone("GET /health", "GET /health/ready", "GET /health/live", "GET /v1/node", "GET /openapi/v1.json", "POST /v1/join"),
        .. For([Operator], Chosen.Nothing, "GET /v1/node/drain", "PUT /v1/node/drain", "DELETE /v1/node/drain", "GET /v1/node/work", "POST /v1/tenants", "GET /v1/tenants"),
        .. For([Operator], Chosen.Tenants, "PUT /v1/tenants/{tenant}/quotas"),
        .. For([Operator, Administrator], Chosen.Tenants,
            "GET /v1/tenants/{tenant}", "POST /v1/tenants/{tenant}/invitations", "GET /v1/tenants/{tenant}/members",
            "GET /v1/tenants/{tenant}/members/{member}", "DELETE /v1/tenants/{tenant}/members/{member}", "GET /v1/tenants/{tenant}/members/{member}/ledger", "PUT /v1/tenants/{tenant}/members/{member}/roles",
            "DELETE /v1/tenants/{tenant}/members/{member}/tokens", "DELETE /v1/tenants/{tenant}/members/{member}/tokens/{token}"),
        .. For([Administrator, Owner, Publisher], Chosen.Nothing, "GET /v1/me"),
        .. For([Operator, Administrator, Owner, Publisher], Chosen.Nothing, "GET /v1/me/tokens", "POST /v1/me/tokens"),
        .. For([Operator, Administrator, Owner, Publisher], Chosen.OwnThings, "DELETE /v1/me/tokens/{token}"),
        .. For([Owner], Chosen.Nothing, "GET /v1/events", "GET /v1/ledger", "DELETE /v1/me"),
        .. For([Owner], Chosen.OwnThings,
            "PUT /v1/key-sets/{id}", "GET /v1/key-sets/{id}", "DELETE /v1/key-sets/{id}", "PUT /v1/key-sets/{id}/objects/{kind}",
            "PUT /v1/datasets/{id}", "GET /v1/datasets/{id}", "DELETE /v1/datasets/{id}", "PUT /v1/datasets/{id}/chunks/{index}",
            "PUT /v1/inferences/{id}", "GET /v1/inferences/{id}", "DELETE /v1/inferences/{id}", "GET /v1/inferences/{id}/results/{part}",
            "DELETE /v1/inferences/{id}/results", "GET /v1/inferences/{id}/receipt", "GET /v1/inferences/{id}/receipts/{part}",
            "PUT /v1/subscriptions/{id}", "GET /v1/subscriptions/{id}", "DELETE /v1/subscriptions/{id}", "POST /v1/subscriptions/{id}/upgrade",
            "PUT /v1/subscriptions/{id}/points/{point}/chunks/{chunk}", "GET /v1/subscriptions/{id}/results/{point}"),
        .. For([Operator, Publisher], Chosen.OwnThings, "POST /v1/models/{model}/versions", "DELETE /v1/models/{model}"),
        .. For([Owner, Publisher], Chosen.Nothing, "GET /v1/models"),
        .. For([Owner, Publisher], Chosen.ThingsOfTheTenant, "GET /v1/models/{publisher}/{model}", "GET /v1/models/{publisher}/{model}/versions/{version}/plan"),
        .. For([Owner], Chosen.Nothing, "GET /hubs/predictions", "GET /hubs/predictions/negotiate", "hub PredictionHub.Listen"),
    ];

    private static IEnumerable<Row> ForAnyone(params string[] calls) => For([], Chosen.Nothing, calls);

    private static IEnumerable<Row> For(ImmutableArray<Role> roles, Chosen chosen, params string[] calls) => calls.Select(call => new Row(call, chosen, roles));
}
