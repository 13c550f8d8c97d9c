using System.CommandLine;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Cli;

/// <summary><c>farm serve</c>: a node for trying things out, as a process of its own, with an invitation to join it.</summary>
internal static class ServeCommand
{
    public static Command Create(FarmConsole console)
    {
        var data = new Option<string>("--data")
        {
            Description = "The node's folder; it is kept, and the same folder is the same node again.",
            HelpName = "folder",
            DefaultValueFactory = _ => Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".farm-node"),
        };
        var url = new Option<string>("--url")
        {
            Description = "Where to listen; port 0 takes any free one.",
            DefaultValueFactory = _ => "https://127.0.0.1:5443",
            HelpName = "address",
        };
        var workers = new Option<int?>("--workers")
        {
            Description = "Threads that compute. Defaults to one for each core.",
            HelpName = "number",
        };
        var tenant = new Option<string>("--tenant")
        {
            Description = "The co-operative to make, if it is not there.",
            DefaultValueFactory = _ => "coop",
            HelpName = "name",
        };
        var owner = new Option<string>("--owner")
        {
            Description = "The farm to invite.",
            DefaultValueFactory = _ => "farm",
            HelpName = "name",
        };
        var command = new Command(
            "serve", "Start a node on this machine and print how to join it. It runs as a process of its own and stops with this command (Ctrl+C).\n\nExamples:\n  farm serve --data ./node --owner meadow")
        {
            data, url, workers, tenant, owner,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = Path.GetFullPath(parsed.GetValue(data)!);
            await using var node = await NodeProcess.StartAsync(folder, parsed.GetValue(url)!, parsed.GetValue(workers),
                console.IsVerbose ? console.Errors : null, cancellation);
            var code = await InviteAsync(node, parsed.GetValue(tenant)!, parsed.GetValue(owner)!, cancellation);
            var address = node.Address.Url.GetLeftPart(UriPartial.Authority);
            console.Line($"The node is ready at {node.Address.Url}; its folder is {folder}. Ctrl+C stops it.");
            console.Line(code is null
                ? $"Farm '{parsed.GetValue(owner)}' has joined already. If the address has changed:\n  farm init --node {address} --certificate sha256:{node.Address.CertificateSha256}\nTo invite another farm: farm serve --owner NAME"
                : $"To join, within a day:\n  farm init --node {address} --certificate sha256:{node.Address.CertificateSha256} --code {code}");
            console.WriteJson(new { url = node.Address.Url, certificateSha256 = node.Address.CertificateSha256, code });
            try
            {
                await node.WaitForExitAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                console.Line("Stopping the node.");
                return Faults.Success;
            }
            throw new NodeProcessException($"The node ended by itself. It said last: {node.LastWords} With --verbose its whole log is shown.");
        });
        return command;
    }

    /// <summary>Makes the tenant if need be and invites the owner.</summary>
    /// <returns>The code; null if the owner has joined already.</returns>
    private static async Task<string?> InviteAsync(NodeProcess node, string tenant, string owner, CancellationToken cancellation)
    {
        await using var client = new NodeClient(node.Address, node.ReadOperatorToken());
        try
        {
            await client.CreateTenantAsync(tenant, cancellation);
        }
        catch (NodeRefusedException refused) when (refused.Type == ProblemTypes.Conflict)
        {
            // It is there from the last time.
        }
        try
        {
            return await client.InviteAsync(tenant, owner, cancellation: cancellation);
        }
        catch (NodeRefusedException refused) when (refused.Type == ProblemTypes.Conflict)
        {
            return null;
        }
    }
}
