using System.CommandLine;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Cli;

/// <summary><c>farm admin drain</c>: has a node finish what it has and take nothing new, before it is stopped.</summary>
internal static class AdminDrain
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    public static Command Create(FarmConsole console)
    {
        var (off, wait) = (
            new Option<bool>("--off") { Description = "Take new work again. A restart of a node that is alone does so too; a cluster stays drained." },
            new Option<bool>("--wait") { Description = "Wait until nothing is unfinished; then the node can be stopped and leaves nothing for its next start." });
        var command = new Command(
            "drain",
            "Have a node, and all gateways of its cluster, take no new work and finish what it has. It is not ready meanwhile, so that load balancers send nothing new. For its operator.\n\n"
            + "Examples:\n"
            + "  farm admin drain --wait --node https://... --certificate sha256:... --token-file node/operator.token\n"
            + "  farm admin drain --off --node https://... --certificate sha256:... --token-file node/operator.token")
        {
            off, wait,
        };
        return AdminCommand.Run(command, ofATenant: false, async (session, parsed, cancellation) =>
        {
            if (parsed.GetValue(off) && parsed.GetValue(wait)) throw new UsageException("--off and --wait exclude each other: a node that takes new work is never done with it.");
            var drain = await session.Node.DrainAsync(!parsed.GetValue(off), cancellation);
            if (parsed.GetValue(wait)) drain = await WaitAsync(console, drain, () => session.Node.GetDrainAsync(cancellation), cancellation);
            console.Line(drain.Draining
                ? $"The node takes no new work. Unfinished: {AdminCommand.Text(drain.UnfinishedJobs)}."
                : "The node takes new work.");
            console.WriteJson(new { draining = drain.Draining, since = drain.Since, unfinishedJobs = drain.UnfinishedJobs });
        });
    }

    private static async Task<NodeDrain> WaitAsync(FarmConsole console, NodeDrain drain, Func<Task<NodeDrain>> ask, CancellationToken cancellation)
    {
        var told = -1;
        using var timer = new PeriodicTimer(Period);
        while (drain is { Draining: true, UnfinishedJobs: > 0 })
        {
            if (drain.UnfinishedJobs != told) console.Line($"Unfinished: {AdminCommand.Text(told = drain.UnfinishedJobs)}");
            await timer.WaitForNextTickAsync(cancellation);
            drain = await ask();
        }
        return drain;
    }
}
