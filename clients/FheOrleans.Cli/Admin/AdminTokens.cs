using System.CommandLine;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Cli;

/// <summary><c>farm admin tokens</c>: one's own, and as an administrator those of members.</summary>
internal static class AdminTokens
{
    public static Command Create(FarmConsole console) =>
        new("tokens",
            "List and revoke tokens, one's own or a member's, and rotate one's own.\n\nExamples:\n"
            + "  farm admin tokens list") { List(console), Revoke(console), Rotate(console) };

    private static Command List(FarmConsole console)
    {
        var member = Member("Whose tokens; for administrators. Defaults to one's own.");
        return AdminCommand.Run(new("list",
            "Tokens that work.\n\nExamples:\n"
            + "  farm admin tokens list\n"
            + "  farm admin tokens list --member hill") { member }, ofATenant: true, async (session, parsed, cancellation) =>
        {
            var (tokens, current) = parsed.GetValue(member) is { } name
                ? ((await session.Node.GetMemberAsync(session.Tenant, name, cancellation)).Tokens, null)
                : await OwnAsync(session, cancellation);
            var table = new TextTable("token", "for", "issued", "expires", "last used", "");
            foreach (var token in tokens)
            {
                table.Add(
                    token.Id, token.Label, AdminCommand.Text(token.Issued), AdminCommand.Text(token.Expires), AdminCommand.Text(token.LastUsed),
                    token.Id == current ? "this one" : "");
            }
            table.Write(console);
            console.WriteJson(new { tokens, current });
        });
    }

    private static Command Revoke(FarmConsole console)
    {
        var id = new Argument<string?>("token") { Description = "The token's id, as 'list' shows it.", Arity = ArgumentArity.ZeroOrOne };
        var member = Member("Whose token; for administrators. Defaults to one's own.");
        var all = new Option<bool>("--all") { Description = "All of the member's tokens: nobody comes in by its name until it is invited again." };
        return AdminCommand.Run(new("revoke",
            "Revoke a token, from the next request on.\n\nExamples:\n"
            + "  farm admin tokens revoke 3f9a1c22\n"
            + "  farm admin tokens revoke --all --member hill") { id, member, all }, ofATenant: true, async (session, parsed, cancellation) =>
        {
            var (token, name) = (parsed.GetValue(id), parsed.GetValue(member));
            if ((token is null) == !parsed.GetValue(all)) throw new UsageException("Name one token, or --all with --member.");
            if (token is null && name is null) throw new UsageException("--all goes with --member: all of one's own would leave no way in.");
            if (name is not null) await session.Node.RevokeTokenAsync(session.Tenant, name, token, cancellation);
            else await session.Node.RevokeMyTokenAsync(token!, cancellation);
            console.Line(token is null
                ? $"'{name}' has no token any more. 'farm admin invite {name} --again' gives it a new code."
                : $"Token {token} is revoked.");
            console.WriteJson(new { member = name, revoked = token ?? "all" });
        });
    }

    private static Command Rotate(FarmConsole console)
    {
        var days = new Option<int?>("--valid-days") { Description = "How long the new token works. Defaults to as long as the node allows.", HelpName = "number" };
        var label = new Option<string>("--label") { Description = "What it is for; the co-operative's administrators see it.", DefaultValueFactory = _ => "rotated", HelpName = "text" };
        return AdminCommand.Run(
            new("rotate",
                "Issue another token, keep it where the old one is kept, and revoke the old one.\n\nExamples:\n"
                + "  farm admin tokens rotate\n"
                + "  farm admin tokens rotate --node https://... --certificate sha256:... --token-file node/operator.token") { days, label }, ofATenant: false, async (session, parsed, cancellation) =>
            {
                var issued = await session.RotateAsync(new TokenRequest(parsed.GetValue(label)!, parsed.GetValue(days)), cancellation);
                console.Line($"The token is {issued.Id} now and works until {AdminCommand.Text(issued.Expires)}. The old one is revoked.");
                console.WriteJson(new { token = issued.Id, expires = issued.Expires });
            });
    }

    private static async Task<(IReadOnlyList<TokenDescription> Tokens, string? Current)> OwnAsync(AdminSession session, CancellationToken cancellation)
    {
        var own = await session.Node.GetMyTokensAsync(cancellation);
        return (own.Tokens, own.Current);
    }

    private static Option<string?> Member(string description) => new("--member") { Description = description, HelpName = "name" };
}
