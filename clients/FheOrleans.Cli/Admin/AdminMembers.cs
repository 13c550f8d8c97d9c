using System.CommandLine;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Cli;

/// <summary><c>farm admin members</c>, <c>invite</c> and <c>roles</c>.</summary>
internal static class AdminMembers
{
    public static Command List(FarmConsole console) => AdminCommand.Run(
        new("members",
            "A co-operative's members, and who is invited.\n\nExamples:\n"
            + "  farm admin members"), ofATenant: true, async (session, _, cancellation) =>
        {
            var members = (await session.Node.GetMembersAsync(session.Tenant, cancellation)).Members;
            var invited = (await session.Node.GetTenantAsync(session.Tenant, cancellation)).Invited;
            var table = new TextTable("member", "roles", "joined", "tokens", "last used");
            foreach (var member in members)
            {
                table.Add(
                    member.Name, Text(member.Roles), AdminCommand.Text(member.Joined), AdminCommand.Text(member.Tokens.Count),
                    AdminCommand.Text(member.Tokens.Max(token => token.LastUsed)));
            }
            foreach (var name in invited) table.Add(name, "(invited)", "", "", "");
            table.Write(console);
            console.WriteJson(new { tenant = session.Tenant, members, invited });
        });

    public static Command Invite(FarmConsole console)
    {
        var name = new Argument<string>("name") { Description = "The name the member will have: a to z, digits and hyphens." };
        var roles = RolesOption("What the member may be, once or more often. Defaults to owner and publisher.");
        var hours = new Option<int>("--valid-hours") { Description = "How long the code works.", DefaultValueFactory = _ => 24, HelpName = "number" };
        var again = new Option<bool>("--again") { Description = "A code for a member who has joined and lost its token; its roles stay." };
        var command = new Command("invite",
            "Invite a member by a code that works once.\n\nExamples:\n"
            + "  farm admin invite hill\n"
            + "  farm admin invite lab --role publisher --valid-hours 2\n"
            + "  farm admin invite hill --again") { name, roles, hours, again };
        return AdminCommand.Run(command, ofATenant: true, async (session, parsed, cancellation) =>
        {
            var (member, said) = (parsed.GetValue(name)!, parsed.GetValue(roles) ?? []);
            if (parsed.GetValue(hours) is < 1 or > 720) throw new UsageException("--valid-hours takes 1 to 720.");
            if (parsed.GetValue(again) && said.Length > 0) throw new UsageException("--again changes no roles; 'farm admin roles' does.");
            var request = new InvitationRequest(
                member, 60 * parsed.GetValue(hours), said.Length == 0 ? null : RolesOf(said), parsed.GetValue(again));
            var invitation = await session.Node.InviteAsync(session.Tenant, request, cancellation);
            var address = session.Node.Address;
            console.Line($"Tell '{member}' by a safe way; the code works once, until {AdminCommand.Text(invitation.Expires)} UTC:");
            var node = string.Join(',', address.Urls.Select(url => url.GetLeftPart(UriPartial.Authority)));
            console.Line($"  farm init --node {node} --certificate sha256:{address.CertificateSha256} --code {invitation.Code}");
            console.WriteJson(new { tenant = session.Tenant, member, code = invitation.Code, expires = invitation.Expires });
        });
    }

    public static Command Roles(FarmConsole console)
    {
        var name = new Argument<string>("name") { Description = "The member." };
        var roles = RolesOption("What the member may be from its next request on, once or more often.");
        roles.Required = true;
        return AdminCommand.Run(new("roles",
            "Set what a member may be.\n\nExamples:\n"
            + "  farm admin roles hill --role owner --role administrator") { name, roles }, ofATenant: true, async (session, parsed, cancellation) =>
        {
            var member = await session.Node.SetRolesAsync(session.Tenant, parsed.GetValue(name)!, RolesOf(parsed.GetValue(roles)!), cancellation);
            console.Line($"'{member.Name}' is {Text(member.Roles)} now.");
            console.WriteJson(new { tenant = member.Tenant, member = member.Name, roles = member.Roles });
        });
    }

    private static Option<string[]> RolesOption(string description)
    {
        var option = new Option<string[]>("--role") { Description = description };
        option.AcceptOnlyFromAmong("administrator", "owner", "publisher");
        return option;
    }

    private static MemberRole[] RolesOf(IEnumerable<string> words) => [.. words.Distinct().Select(word => word switch
    {
        "administrator" => MemberRole.Administrator,
        "owner" => MemberRole.Owner,
        _ => MemberRole.Publisher,
    })];

#pragma warning disable CA1308 // Roles are written in lower case, as on the command line.
    private static string Text(IEnumerable<MemberRole> roles) => string.Join(" and ", roles.Select(role => role.ToString().ToLowerInvariant()));
#pragma warning restore CA1308
}
