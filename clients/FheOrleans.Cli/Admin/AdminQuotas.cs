using System.CommandLine;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Cli;

/// <summary><c>farm admin quotas</c>: what a co-operative may use. The operator sets it, its administrators may look.</summary>
internal static class AdminQuotas
{
    public static Command Create(FarmConsole console)
    {
        var bytes = Number<long?>("--stored-bytes", "Bytes stored.");
        var keySets = Number<int?>("--key-sets", "Key sets of all farms together.");
        var datasets = Number<int?>("--datasets", "Datasets of all farms together.");
        var queued = Number<int?>("--queued", "Inferences that wait; more are refused.");
        var running = Number<int?>("--running", "Inferences computed at one time; more wait.");
        var requests = Number<int?>("--requests-per-minute", "Requests of all members together.");
        var reset = new Option<bool>("--reset") { Description = "Go back to the node's defaults for what is not given here." };
        var command = new Command("quotas",
            "Show quotas, or set those that are given. The others stay as they are.\n\nExamples:\n"
            + "  farm admin quotas\n"
            + "  farm admin quotas --tenant vale --stored-bytes 50000000000 --running 4 --node ... --certificate ... --token-file ...") { bytes, keySets, datasets, queued, running, requests, reset };
        return AdminCommand.Run(command, ofATenant: true, async (session, parsed, cancellation) =>
        {
            var tenant = await session.Node.GetTenantAsync(session.Tenant, cancellation);
            var before = parsed.GetValue(reset) ? new TenantQuotas() : tenant.QuotasSet;
            var after = new TenantQuotas(
                parsed.GetValue(bytes) ?? before.StoredBytes,
                parsed.GetValue(keySets) ?? before.KeySets,
                parsed.GetValue(datasets) ?? before.Datasets,
                parsed.GetValue(queued) ?? before.QueuedInferences,
                parsed.GetValue(running) ?? before.RunningInferences,
                parsed.GetValue(requests) ?? before.RequestsPerMinute);
            if (after != tenant.QuotasSet) tenant = await session.Node.SetQuotasAsync(session.Tenant, after, cancellation);
            AdminTenants.WriteUsage(console, tenant);
            console.WriteJson(AdminTenants.Json(tenant));
        });
    }

    private static Option<T> Number<T>(string name, string description) => new(name) { Description = description, HelpName = "number" };
}
