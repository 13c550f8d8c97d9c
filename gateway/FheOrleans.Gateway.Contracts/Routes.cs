using System.Globalization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>The paths of the gateway: templates for the server, builders for clients.</summary>
public static class Routes
{
    /// <summary><c>GET</c>, no token: <see cref="NodeHealth"/>.</summary>
    public const string Health = "/health";

    /// <summary><c>GET</c>, no token: <see cref="NodeDescription"/>.</summary>
    public const string Node = "/v1/node";

    /// <summary><c>GET</c>, no token: <see cref="NodeHealth"/>, or 503 while the node is not to be sent requests.</summary>
    public const string HealthReady = "/health/ready";

    /// <summary><c>GET</c>, no token: <see cref="NodeHealth"/> as long as the process answers.</summary>
    public const string HealthLive = "/health/live";

    /// <summary><c>GET</c>, <c>PUT</c> (begins), <c>DELETE</c> (ends) by the operator: <see cref="NodeDrain"/>.</summary>
    public const string Drain = "/v1/node/drain";

    /// <summary><c>GET</c> by the operator: <see cref="Contracts.NodeWork"/>.</summary>
    public const string NodeWork = "/v1/node/work";

    /// <summary><c>POST</c> by the operator: <see cref="TenantRequest"/>; <c>GET</c>: <see cref="TenantList"/>.</summary>
    public const string Tenants = "/v1/tenants";

    /// <summary><c>GET</c> by the operator or an administrator: <see cref="TenantDescription"/>.</summary>
    public const string Tenant = "/v1/tenants/{tenant}";

    /// <summary><c>PUT</c> by the operator: <see cref="TenantQuotas"/> to <see cref="TenantDescription"/>.</summary>
    public const string Quotas = "/v1/tenants/{tenant}/quotas";

    /// <summary><c>POST</c> by the operator or an administrator: <see cref="InvitationRequest"/> to <see cref="Contracts.Invitation"/>.</summary>
    public const string Invitations = "/v1/tenants/{tenant}/invitations";

    /// <summary><c>GET</c> by the operator or an administrator: <see cref="MemberList"/>.</summary>
    public const string Members = "/v1/tenants/{tenant}/members";

    /// <summary>
    /// By the operator or an administrator: <c>GET</c> <see cref="MemberDescription"/>, <c>DELETE</c> with <c>?confirm=</c> the member's name.
    /// </summary>
    public const string Member = "/v1/tenants/{tenant}/members/{member}";

    /// <summary><c>PUT</c> by the operator or an administrator: <see cref="RolesRequest"/> to <see cref="MemberDescription"/>.</summary>
    public const string MemberRoles = "/v1/tenants/{tenant}/members/{member}/roles";

    /// <summary><c>DELETE</c> by the operator or an administrator: revokes all of a member's tokens.</summary>
    public const string MemberTokens = "/v1/tenants/{tenant}/members/{member}/tokens";

    /// <summary><c>DELETE</c> by the operator or an administrator: revokes a member's token.</summary>
    public const string MemberToken = "/v1/tenants/{tenant}/members/{member}/tokens/{token}";

    /// <summary><c>POST</c>, no token: <see cref="JoinRequest"/> to <see cref="JoinedOwner"/>.</summary>
    public const string Join = "/v1/join";

    /// <summary><c>GET</c>: <see cref="OwnerDescription"/>; <c>DELETE</c> with <c>?confirm=</c> the caller's name: everything it has.</summary>
    public const string Me = "/v1/me";

    /// <summary><c>GET</c>: <see cref="TokenList"/>; <c>POST</c> <see cref="TokenRequest"/> to <see cref="IssuedToken"/>.</summary>
    public const string MyTokens = "/v1/me/tokens";

    /// <summary><c>DELETE</c>: revokes one of the caller's own tokens.</summary>
    public const string MyToken = "/v1/me/tokens/{token}";

    /// <summary><c>PUT</c> <see cref="KeySetDeclaration"/>, <c>GET</c>, <c>DELETE</c>.</summary>
    public const string KeySet = "/v1/key-sets/{id}";

    /// <summary><c>PUT</c> <c>application/octet-stream</c> from <c>?offset=</c> on, to <see cref="KeyObjectProgress"/>.</summary>
    public const string KeyObject = "/v1/key-sets/{id}/objects/{kind}";

    /// <summary><c>PUT</c> <see cref="DatasetDeclaration"/>, <c>GET</c>, <c>DELETE</c>.</summary>
    public const string Dataset = "/v1/datasets/{id}";

    /// <summary><c>PUT</c> <c>application/octet-stream</c>, to <see cref="ChunkReceipt"/>.</summary>
    public const string Chunk = "/v1/datasets/{id}/chunks/{index}";

    /// <summary><c>GET</c>: <see cref="ModelList"/>.</summary>
    public const string Models = "/v1/models";

    /// <summary><c>POST</c> a network's JSON with <c>?visibility=</c>, to <see cref="PublishedVersion"/>.</summary>
    public const string ModelVersions = "/v1/models/{model}/versions";

    /// <summary><c>DELETE</c> one of the caller's own models, or with <c>?visibility=public</c> a public one.</summary>
    public const string OwnModel = "/v1/models/{model}";

    /// <summary><c>GET</c>: <see cref="ModelDescription"/>.</summary>
    public const string Model = "/v1/models/{publisher}/{model}";

    /// <summary><c>GET</c> with <c>?layout=</c>, or with the job's <c>?timePoints=</c> and <c>windows=</c>: <see cref="ModelPlan"/>.</summary>
    public const string Plan = "/v1/models/{publisher}/{model}/versions/{version}/plan";

    /// <summary><c>PUT</c> <see cref="InferenceRequest"/>, <c>GET</c>, <c>DELETE</c> (cancels).</summary>
    public const string Inference = "/v1/inferences/{id}";

    /// <summary><c>GET</c>: the encrypted result of a part, <c>application/octet-stream</c>.</summary>
    public const string Result = "/v1/inferences/{id}/results/{part}";

    /// <summary><c>PUT</c> <see cref="SubscriptionDeclaration"/>, <c>GET</c>, <c>DELETE</c> (ends and deletes).</summary>
    public const string Subscription = "/v1/subscriptions/{id}";

    /// <summary><c>PUT</c> <c>application/octet-stream</c>, to <see cref="PointReceipt"/>.</summary>
    public const string PointChunk = "/v1/subscriptions/{id}/points/{point}/chunks/{chunk}";

    /// <summary><c>POST</c> <see cref="UpgradeRequest"/>, to <see cref="SubscriptionDescription"/>.</summary>
    public const string Upgrade = "/v1/subscriptions/{id}/upgrade";

    /// <summary><c>GET</c>: the encrypted forecast after a point, <c>application/octet-stream</c>.</summary>
    public const string LiveResult = "/v1/subscriptions/{id}/results/{point}";

    /// <summary><c>DELETE</c>: the inference with its results and receipts.</summary>
    public const string Results = "/v1/inferences/{id}/results";

    /// <summary><c>GET</c> with <c>?after=</c> by the operator or an administrator: <see cref="LedgerPage"/>, of a deleted member too.</summary>
    public const string MemberLedger = "/v1/tenants/{tenant}/members/{member}/ledger";

    /// <summary><c>GET</c>: the <see cref="SignedStatement"/> of a completed inference.</summary>
    public const string Receipt = "/v1/inferences/{id}/receipt";

    /// <summary><c>GET</c>: the <see cref="SignedStatement"/> of a part's result.</summary>
    public const string PartReceipt = "/v1/inferences/{id}/receipts/{part}";

    /// <summary><c>GET</c> with <c>?after=</c>: <see cref="LedgerPage"/>.</summary>
    public const string Ledger = "/v1/ledger";

    /// <summary><c>GET</c> with <c>?after=</c>: <see cref="PredictionPage"/>.</summary>
    public const string Events = "/v1/events";

    /// <summary>The description of all this, OpenAPI 3.</summary>
    public const string OpenApi = "/openapi/v1.json";

    /// <summary>The path of one tenant.</summary>
    /// <param name="tenant">The tenant's name.</param>
    public static string TenantOf(string tenant) => $"/v1/tenants/{Escape(tenant)}";

    /// <summary>The path of one tenant's quotas.</summary>
    /// <param name="tenant">The tenant's name.</param>
    public static string QuotasOf(string tenant) => $"{TenantOf(tenant)}/quotas";

    /// <summary>The path of one tenant's members.</summary>
    /// <param name="tenant">The tenant's name.</param>
    public static string MembersOf(string tenant) => $"{TenantOf(tenant)}/members";

    /// <summary>The path of one member.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="member">The member's name.</param>
    public static string MemberOf(string tenant, string member) => $"{MembersOf(tenant)}/{Escape(member)}";

    /// <summary>The path of a member's roles.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="member">The member's name.</param>
    public static string MemberRolesOf(string tenant, string member) => $"{MemberOf(tenant, member)}/roles";

    /// <summary>The path of one of a member's tokens, or of all of them.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="token">The token's id; null for all.</param>
    public static string MemberTokenOf(string tenant, string member, string? token) =>
        $"{MemberOf(tenant, member)}/tokens{(token is null ? "" : "/" + Escape(token))}";

    /// <summary>The path of one of the caller's own tokens.</summary>
    /// <param name="token">The token's id.</param>
    public static string MyTokenOf(string token) => $"{MyTokens}/{Escape(token)}";

    /// <summary>The path of one tenant's invitations.</summary>
    /// <param name="tenant">The tenant's name.</param>
    public static string InvitationsOf(string tenant) => $"/v1/tenants/{Escape(tenant)}/invitations";

    /// <summary>The path of one key set.</summary>
    /// <param name="id">Its id.</param>
    public static string KeySetOf(string id) => $"/v1/key-sets/{Escape(id)}";

    /// <summary>The path that takes an object of a key set from a byte on.</summary>
    /// <param name="id">The key set's id.</param>
    /// <param name="kind">Which object.</param>
    /// <param name="offset">Bytes the node has already.</param>
    public static string KeyObjectOf(string id, KeyObjectKind kind, long offset) =>
        string.Create(CultureInfo.InvariantCulture, $"/v1/key-sets/{Escape(id)}/objects/{Segment(kind)}?offset={offset}");

    /// <summary>The path of one dataset.</summary>
    /// <param name="id">Its id.</param>
    public static string DatasetOf(string id) => $"/v1/datasets/{Escape(id)}";

    /// <summary>The path of one chunk of a dataset.</summary>
    /// <param name="id">The dataset's id.</param>
    /// <param name="index">The chunk's index.</param>
    public static string ChunkOf(string id, int index) => string.Create(CultureInfo.InvariantCulture, $"/v1/datasets/{Escape(id)}/chunks/{index}");

    /// <summary>The path that takes a new version of the caller's own model.</summary>
    /// <param name="model">The model's name, without its publisher.</param>
    /// <param name="visibility">Who may use it.</param>
    public static string ModelVersionsOf(string model, ModelVisibility visibility) =>
        $"/v1/models/{Escape(model)}/versions?visibility={Word(visibility)}";

    /// <summary>The path that deletes one of the caller's own models.</summary>
    /// <param name="model">The model's name, without its publisher.</param>
    /// <param name="isPublic">Whether it is the public one of that name.</param>
    public static string OwnModelOf(string model, bool isPublic) => $"/v1/models/{Escape(model)}{(isPublic ? "?visibility=public" : "")}";

    /// <summary>The path of one model.</summary>
    /// <param name="model">Its reference, <c>publisher/model</c>.</param>
    /// <exception cref="ArgumentException">The reference has not exactly one slash.</exception>
    public static string ModelOf(string model) => $"/v1/models/{EscapeReference(model)}";

    /// <summary>The path of one version's circuit plan.</summary>
    /// <param name="model">The model's reference, <c>publisher/model</c>.</param>
    /// <param name="version">The version.</param>
    /// <param name="form">The form.</param>
    /// <exception cref="ArgumentException">The reference has not exactly one slash.</exception>
    public static string PlanOf(string model, int version, string form) => string.Create(
        CultureInfo.InvariantCulture, $"/v1/models/{EscapeReference(model)}/versions/{version}/plan?layout={Escape(form)}");

    /// <summary>The path of the circuit plan that the node chooses for a job.</summary>
    /// <param name="model">The model's reference, <c>publisher/model</c>.</param>
    /// <param name="version">The version.</param>
    /// <param name="job">The job.</param>
    /// <exception cref="ArgumentException">The reference has not exactly one slash.</exception>
    public static string PlanFor(string model, int version, PlannedJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var path = string.Create(CultureInfo.InvariantCulture,
            $"/v1/models/{EscapeReference(model)}/versions/{version}/plan?timePoints={job.TimePoints}&windows={job.Windows}");
        return job.MaximumError is { } error ? string.Create(CultureInfo.InvariantCulture, $"{path}&maximumError={error:R}") : path;
    }

    /// <summary>The path of one inference.</summary>
    /// <param name="id">Its id.</param>
    public static string InferenceOf(string id) => $"/v1/inferences/{Escape(id)}";

    /// <summary>The path of one part's encrypted result.</summary>
    /// <param name="id">The inference's id.</param>
    /// <param name="part">The part, from 0.</param>
    public static string ResultOf(string id, int part) => string.Create(CultureInfo.InvariantCulture, $"/v1/inferences/{Escape(id)}/results/{part}");

    /// <summary>The path of one subscription.</summary>
    /// <param name="id">Its id.</param>
    public static string SubscriptionOf(string id) => $"/v1/subscriptions/{Escape(id)}";

    /// <summary>The path of one chunk of a point.</summary>
    /// <param name="id">The subscription's id.</param>
    /// <param name="point">The point's number.</param>
    /// <param name="chunk">The chunk's number.</param>
    public static string PointChunkOf(string id, int point, int chunk) =>
        string.Create(CultureInfo.InvariantCulture, $"{SubscriptionOf(id)}/points/{point}/chunks/{chunk}");

    /// <summary>The path that takes another version for a subscription.</summary>
    /// <param name="id">The subscription's id.</param>
    public static string UpgradeOf(string id) => $"{SubscriptionOf(id)}/upgrade";

    /// <summary>The path of the encrypted forecast after a point.</summary>
    /// <param name="id">The subscription's id.</param>
    /// <param name="point">The point's number.</param>
    public static string LiveResultOf(string id, int point) => string.Create(CultureInfo.InvariantCulture, $"{SubscriptionOf(id)}/results/{point}");

    /// <summary>The path at which an inference is deleted with its results.</summary>
    /// <param name="id">The inference's id.</param>
    public static string ResultsOf(string id) => $"/v1/inferences/{Escape(id)}/results";

    /// <summary>The path at which the caller is deleted with everything it has.</summary>
    /// <param name="name">The caller's own name, which confirms it.</param>
    public static string MeConfirmed(string name) => $"{Me}?confirm={Escape(name)}";

    /// <summary>The path at which a member is deleted with everything it has.</summary>
    /// <param name="tenant">The tenant's name.</param>
    /// <param name="member">The member's name, which confirms it too.</param>
    public static string MemberConfirmed(string tenant, string member) => $"{MemberOf(tenant, member)}?confirm={Escape(member)}";

    /// <summary>The path of a receipt.</summary>
    /// <param name="id">The inference's id.</param>
    /// <param name="part">The part, from 0; null for the receipt of the whole inference.</param>
    public static string ReceiptOf(string id, int? part) => part is null
        ? $"/v1/inferences/{Escape(id)}/receipt"
        : string.Create(CultureInfo.InvariantCulture, $"/v1/inferences/{Escape(id)}/receipts/{part}");

    /// <summary>The path of the ledger's entries after one.</summary>
    /// <param name="after">The number of the last entry the caller has; 0 for all.</param>
    public static string LedgerAfter(long after) => string.Create(CultureInfo.InvariantCulture, $"/v1/ledger?after={after}");

    /// <summary>The path of the events after one.</summary>
    /// <param name="after">The number of the last event the caller has; 0 for all.</param>
    public static string EventsAfter(long after) => string.Create(CultureInfo.InvariantCulture, $"/v1/events?after={after}");

    /// <summary>The path segment of a kind of key object.</summary>
    /// <param name="kind">The kind.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is none of the three.</exception>
    public static string Segment(KeyObjectKind kind) => kind switch
    {
        KeyObjectKind.Public => "public",
        KeyObjectKind.Relinearization => "relinearization",
        KeyObjectKind.Galois => "galois",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A key object is Public, Relinearization or Galois."),
    };

    private static string Word(ModelVisibility visibility) => visibility switch
    {
        ModelVisibility.Tenant => "tenant",
        ModelVisibility.Public => "public",
        _ => "owner",
    };

    private static string Escape(string segment)
    {
        ArgumentException.ThrowIfNullOrEmpty(segment);
        return Uri.EscapeDataString(segment);
    }

    private static string EscapeReference(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        var parts = model.Split('/');
        if (parts.Length != 2) throw new ArgumentException("A model's reference is 'publisher/model'.", nameof(model));
        return $"{Escape(parts[0])}/{Escape(parts[1])}";
    }
}
