using System.CommandLine;
using System.Globalization;

namespace FheOrleans.Cli;

/// <summary><c>farm admin</c>: co-operatives, their members, quotas and tokens, for operators and administrators.</summary>
internal static class AdminCommand
{
    public static Command Create(FarmConsole console) => new(
        "admin", "Run co-operatives: members and invitations, quotas and usage, tokens; the queue; drain the node.\n\nExamples:\n"
        + "  farm admin tenants create vale --node https://... --certificate sha256:... --token-file node/operator.token\n"
        + "  farm admin invite head --role administrator --tenant vale --node ... --certificate ... --token-file ...\n"
        + "  farm admin invite hill                    as an administrator, by the farm's own token\n"
        + "  farm admin members\n"
        + "  farm admin usage --json\n"
        + "  farm admin tokens rotate")
    {
        AdminTenants.Create(console), AdminMembers.List(console), AdminMembers.Invite(console), AdminMembers.Roles(console),
        AdminQuotas.Create(console), AdminTenants.Usage(console), AdminTokens.Create(console),
        AdminDrain.Create(console), AdminWork.Create(console),
    };

    /// <summary>Makes a command that runs in a session of its own.</summary>
    public static Command Run(Command command, bool ofATenant, Func<AdminSession, ParseResult, CancellationToken, Task> run)
    {
        var options = new AdminOptions();
        options.AddTo(command, ofATenant);
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = AdminSession.Open(options, parsed);
            await run(session, parsed, cancellation);
            return Faults.Success;
        });
        return command;
    }

    public static string Text(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "never";

    public static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
