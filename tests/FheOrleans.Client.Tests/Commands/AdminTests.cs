using FheOrleans.Client.Tests.Forecasts;

namespace FheOrleans.Client.Tests.Commands;

/// <summary><c>farm admin</c> as an operator and an administrator use it, against a real node.</summary>
[Collection(NodeTests.Name)]
public sealed class AdminTests(TestNode node) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Admin_FromATenantToItsTokens_DoesWhatItSays()
    {
        await File.WriteAllTextAsync(_folder["passphrase"], "correct horse battery\n");
        string[] head = ["--home", _folder["head"], "--passphrase-file", _folder["passphrase"]];

        // The operator makes a co-operative, sets what it may use, and invites who runs it.
        (await OperatorAsync("tenants", "create", "dell")).Succeeded();
        var quotas = (await OperatorAsync("quotas", "--tenant", "dell", "--key-sets", "3", "--running", "2", "--json")).Succeeded().Json;
        Assert.Equal((3, 16384), (quotas.GetProperty("quotas").GetProperty("keySets").GetInt32(), quotas.GetProperty("quotas").GetProperty("datasets").GetInt32()));
        quotas = (await OperatorAsync("quotas", "--tenant", "dell", "--key-sets", "4", "--json")).Succeeded().Json;
        Assert.Equal((4, 2), (quotas.GetProperty("quotasSet").GetProperty("keySets").GetInt32(), quotas.GetProperty("quotasSet").GetProperty("runningInferences").GetInt32()));
        Assert.Contains("dell", (await OperatorAsync("tenants", "list")).Succeeded().Output, StringComparison.Ordinal);
        var invitation = (await OperatorAsync("invite", "head", "--role", "administrator", "--tenant", "dell", "--json")).Succeeded().Json;
        (await CommandLine.RunAsync([
            "init", "--node", node.Address.Url.ToString(), "--certificate", node.Address.CertificateSha256, "--code", invitation.GetProperty("code").GetString()!, .. head])).Succeeded();

        // The administrator runs it with the farm's own token.
        (await AdminAsync("quotas", "--key-sets", "99")).Failed(1, "403");
        var code = (await AdminAsync("invite", "hill")).Succeeded().Output;
        Assert.Contains("farm init --node", code, StringComparison.Ordinal);
        Assert.Contains("(invited)", (await AdminAsync("members")).Succeeded().Output, StringComparison.Ordinal);
        Assert.Contains("not found", (await AdminAsync("roles", "nobody", "--role", "owner")).Error, StringComparison.OrdinalIgnoreCase);
        var roles = (await AdminAsync("roles", "head", "--role", "administrator", "--role", "owner", "--json")).Succeeded().Json;
        Assert.Equal("""["administrator","owner"]""", roles.GetProperty("roles").GetRawText());
        Assert.Equal(0, (await AdminAsync("usage", "--json")).Succeeded().Json.GetProperty("usage").GetProperty("storedBytes").GetInt64());
        (await AdminAsync("usage", "--tenant", "coop")).Failed(1, "404");

        // A token is rotated in its place, and what it was before opens nothing any more.
        var before = (await AdminAsync("tokens", "list", "--json")).Succeeded().Json.GetProperty("current").GetString();
        var after = (await AdminAsync("tokens", "rotate", "--json")).Succeeded().Json.GetProperty("token").GetString();
        Assert.NotEqual(before, after);
        var tokens = (await AdminAsync("tokens", "list", "--json")).Succeeded().Json;
        Assert.Equal(after, tokens.GetProperty("current").GetString());
        Assert.Equal(after, Assert.Single(tokens.GetProperty("tokens").EnumerateArray().ToArray()).GetProperty("id").GetString());
        (await AdminAsync("tokens", "revoke", "--all")).Failed(2, "--member");
        (await OperatorAsync("tokens", "revoke", "--all", "--member", "head", "--tenant", "dell")).Succeeded();
        (await AdminAsync("members")).Failed(1, "401");
        var again = (await OperatorAsync("invite", "head", "--again", "--tenant", "dell", "--json")).Succeeded().Json;
        (await CommandLine.RunAsync([
            "init", "--node", node.Address.Url.ToString(), "--certificate", node.Address.CertificateSha256, "--code", again.GetProperty("code").GetString()!, .. head])).Succeeded();
        (await AdminAsync("members")).Succeeded();

        Task<CommandLine> AdminAsync(params string[] arguments) => CommandLine.RunAsync(["admin", .. arguments, .. head]);
    }

    [Fact]
    public async Task Rotate_OperatorsToken_IsReplacedInItsFile()
    {
        var before = node.Process.ReadOperatorToken();

        (await OperatorAsync("tokens", "rotate")).Succeeded();

        Assert.NotEqual(before, node.Process.ReadOperatorToken());
        (await OperatorAsync("tenants", "list")).Succeeded();
        await File.WriteAllTextAsync(_folder["old"], before);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["old"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await CommandLine.RunAsync(["admin", "tenants", "list", .. Where(_folder["old"])])).Failed(1, "401");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(_folder["old"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        (await CommandLine.RunAsync(["admin", "tenants", "list", .. Where(_folder["old"])])).Failed(1, "chmod 600");
    }

    [Fact]
    public async Task Help_OfEveryAdminCommand_HasAnExampleOfIt()
    {
        string[][] commands = [["tenants"], ["tenants", "list"], ["tenants", "create"], ["members"], ["invite"], ["roles"], ["quotas"], ["usage"], ["tokens"], ["tokens", "list"], ["tokens", "revoke"], ["tokens", "rotate"]];
        foreach (var command in commands)
        {
            var help = (await CommandLine.RunAsync(["admin", .. command, "--help"])).Succeeded().Output;
            Assert.Contains($"  farm admin {string.Join(' ', command)}", help.Split("Examples:")[1], StringComparison.Ordinal);
        }
    }

    private Task<CommandLine> OperatorAsync(params string[] arguments) =>
        CommandLine.RunAsync(["admin", .. arguments, .. Where(Path.Combine(node.DataFolder, "operator.token"))]);

    private string[] Where(string tokenFile) =>
        ["--node", node.Address.Url.ToString(), "--certificate", node.Address.CertificateSha256, "--token-file", tokenFile];
}
