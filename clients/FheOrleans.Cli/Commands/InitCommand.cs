using System.CommandLine;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;

namespace FheOrleans.Cli;

/// <summary><c>farm init</c>: joins a node with an invitation and makes the farm's folder.</summary>
internal static class InitCommand
{
    public static Command Create(FarmConsole console)
    {
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var node = new Option<string>("--node")
        {
            Description = "The node's address, https://host:port; of a cluster those of its gateways, separated by commas: whichever is there is used.",
            Required = true,
            HelpName = "address",
        };
        var certificate = new Option<string>("--certificate")
        {
            Description = "SHA-256 of the node's certificate, which all gateways of a cluster have; any other is refused.",
            Required = true,
            HelpName = "sha256:hex",
        };
        var code = new Option<string?>("--code")
        {
            Description = "The invitation's code. It works once. Left out where the farm has joined already: then only the node's address is kept anew.",
            HelpName = "code",
        };
        var command = new Command("init",
            "Join a node with an invitation, and make this farm's folder.\n\nExamples:\n  farm init --node https://127.0.0.1:5443 --certificate sha256:12ab... --code coop.farm.k3j2\n"
            + "  farm init --node https://a.example:7443,https://b.example:7443 --certificate sha256:12ab...        a cluster, for a farm that has joined")
        {
            node, certificate, code, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var address = SharedOptions.AddressOf(parsed.GetValue(node)!, parsed.GetValue(certificate)!);
            using var farm = SharedOptions.OpenHome(parsed.GetValue(home), parsed.GetValue(passphrase), isNew: true);
            if (parsed.GetValue(code) is not { } invitation)
            {
                if (!farm.IsInitialized) throw new UsageException("--code is needed to join a node for the first time. Ask your co-operative's administrator for an invitation.");
                var moved = farm.MoveNode(address);
                console.Line($"Farm '{moved.Owner}' of '{moved.Tenant}' now finds its node at {Text(address)}.");
                console.WriteJson(new { tenant = moved.Tenant, owner = moved.Owner, node = moved.Url, home = farm.Folder });
                return Faults.Success;
            }
            if (farm.IsInitialized) RequireTheSameFarm(farm.ReadProfile(), invitation, farm.Folder);
            await using var client = new NodeClient(address, token: null);
            // The passphrase is asked for first: a code works once, and must not be spent on a run that stops here.
            farm.Unlock();
            var joined = await client.JoinAsync(invitation, cancellation);
            farm.Initialize(FarmProfile.At(address, joined.Tenant, joined.Owner), joined.Token);
            console.Line($"This is now farm '{joined.Owner}' of '{joined.Tenant}' at {Text(address)}. Its folder is {farm.Folder}; the token in it is under the passphrase.");
            console.Line("Next: farm wrangle FILE, with this herd's records as CSV ('farm simulate FILE' writes some to try).");
            console.WriteJson(new { tenant = joined.Tenant, owner = joined.Owner, node = address.Url, home = farm.Folder });
            return Faults.Success;
        });
        return command;
    }

    /// <summary>
    /// A code for a farm that lost its token is redeemed in its own folder; one for another farm would take the token of this one away.
    /// A code says whose it is: TENANT.OWNER.SECRET.
    /// </summary>
    private static void RequireTheSameFarm(FarmProfile here, string code, string folder)
    {
        if (code.StartsWith($"{here.Tenant}.{here.Owner}.", StringComparison.Ordinal)) return;
        throw new UsageException(
            $"'{folder}' is the folder of farm '{here.Owner}' of '{here.Tenant}', and the code is for another farm. Give each farm a folder of its own, with --home FOLDER or "
            + "in FARM_HOME.");
    }

    private static string Text(NodeAddress address) => string.Join(" and ", address.Urls);
}
