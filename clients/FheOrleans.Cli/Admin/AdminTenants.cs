using System.CommandLine;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Cli;

/// <summary><c>farm admin tenants</c> and <c>farm admin usage</c>.</summary>
internal static class AdminTenants
{
    public static Command Create(FarmConsole console) => new("tenants",
        "List co-operatives, or make one. For the operator.\n\nExamples:\n"
        + "  farm admin tenants list --json --node https://... --certificate sha256:... --token-file node/operator.token") { List(console), Make(console) };

    public static Command Usage(FarmConsole console) => AdminCommand.Run(
        new("usage",
            "What a co-operative uses, and what it may use.\n\nExamples:\n"
            + "  farm admin usage\n"
            + "  farm admin usage --json"), ofATenant: true, async (session, _, cancellation) =>
        {
            var tenant = await session.Node.GetTenantAsync(session.Tenant, cancellation);
            WriteUsage(console, tenant);
            console.WriteJson(Json(tenant));
        });

    /// <summary>Shows use beside quotas, one line for each.</summary>
    public static void WriteUsage(FarmConsole console, TenantDescription tenant)
    {
        var (usage, quotas, set) = (tenant.Usage, tenant.Quotas, tenant.QuotasSet);
        var table = new TextTable(tenant.Name, "used", "quota", "set by");
        Add("stored bytes", usage.StoredBytes, quotas.StoredBytes, set.StoredBytes);
        Add("key sets", usage.KeySets, quotas.KeySets, set.KeySets);
        Add("datasets", usage.Datasets, quotas.Datasets, set.Datasets);
        Add("inferences queued", usage.QueuedInferences, quotas.QueuedInferences, set.QueuedInferences);
        Add("inferences running", usage.RunningInferences, quotas.RunningInferences, set.RunningInferences);
        Add("requests per minute", null, quotas.RequestsPerMinute, set.RequestsPerMinute);
        table.Write(console);

        void Add(string what, long? used, long? quota, long? own) =>
            table.Add(what, used is null ? "" : AdminCommand.Text(used.Value), AdminCommand.Text(quota ?? 0), own is null ? "default" : "operator");
    }

    public static object Json(TenantDescription tenant) => new
    {
        tenant = tenant.Name,
        created = tenant.Created,
        members = tenant.Members,
        invited = tenant.Invited,
        usage = tenant.Usage,
        quotas = tenant.Quotas,
        quotasSet = tenant.QuotasSet,
    };

    private static Command List(FarmConsole console) => AdminCommand.Run(
        new("list",
            "The node's co-operatives with what they use.\n\nExamples:\n"
            + "  farm admin tenants list --node https://... --certificate sha256:... --token-file node/operator.token"), ofATenant: false, async (session, _, cancellation) =>
        {
            var all = new List<TenantDescription>();
            foreach (var name in (await session.Node.GetTenantsAsync(cancellation)).Tenants)
                all.Add(await session.Node.GetTenantAsync(name, cancellation));
            if (all.Count == 0)
            {
                console.Line("There are no co-operatives yet. Make one with 'farm admin tenants create NAME'.");
            }
            else
            {
                var table = new TextTable("tenant", "members", "invited", "stored bytes", "key sets", "datasets", "queued", "running");
                foreach (var tenant in all)
                {
                    table.Add(
                        tenant.Name,
                        AdminCommand.Text(tenant.Members.Count),
                        AdminCommand.Text(tenant.Invited.Count),
                        AdminCommand.Text(tenant.Usage.StoredBytes),
                        AdminCommand.Text(tenant.Usage.KeySets),
                        AdminCommand.Text(tenant.Usage.Datasets),
                        AdminCommand.Text(tenant.Usage.QueuedInferences),
                        AdminCommand.Text(tenant.Usage.RunningInferences));
                }
                table.Write(console);
            }
            console.WriteJson(new { tenants = all.Select(Json) });
        });

    private static Command Make(FarmConsole console)
    {
        var name = new Argument<string>("name") { Description = "The co-operative's name: a to z, digits and hyphens." };
        return AdminCommand.Run(new("create",
            "Make a co-operative. Making it again is no error.\n\nExamples:\n"
            + "  farm admin tenants create vale --node https://... --certificate sha256:... --token-file node/operator.token") { name }, ofATenant: false, async (session, parsed, cancellation) =>
        {
            var tenant = await session.Node.CreateTenantAsync(parsed.GetValue(name)!, cancellation);
            console.Line(
                $"There is a co-operative '{tenant.Name}'. Invite its administrator with "
                + $"'farm admin invite NAME --role administrator --tenant {tenant.Name}'.");
            console.WriteJson(Json(tenant));
        });
    }
}
