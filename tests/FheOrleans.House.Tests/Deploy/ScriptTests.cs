using System.Text.RegularExpressions;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>The scripts: bash reads them, what they start exists, and what the books say of them is so.</summary>
public partial class ScriptTests
{
    private static readonly string ClusterLocal = Path.Combine(Solution.Root, "deploy", "cluster-local");

    public static TheoryData<string> Scripts() => ["deploy/cluster-local", "deploy/compose/make-secrets.sh", ".ci/run", ".ci/cluster", ".ci/cluster-walk"];

    [Theory, MemberData(nameof(Scripts))]
    public async Task EveryScript_IsReadByItsShell(string script)
    {
        var path = Path.Combine(Solution.Root, script);
        await Shell.SucceedsAsync(File.ReadLines(path).First().EndsWith("/sh", StringComparison.Ordinal) ? "sh" : "bash", "-n", path);
        if (Shell.Has("shellcheck")) await Shell.SucceedsAsync("shellcheck", path);
    }

    [Theory, MemberData(nameof(Scripts))]
    public void EveryScript_MayBeRun(string script)
    {
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(Path.Combine(Solution.Root, script)).HasFlag(UnixFileMode.UserExecute));
    }

    [Theory, InlineData("silo"), InlineData("gateway")]
    public async Task ClusterLocal_StartsProgramsWithOptionsThatTheyHave(string name)
    {
        var program = name == "silo" ? BuiltProgram.Silo : BuiltProgram.Gateway;
        var used = File.ReadAllText(ClusterLocal).Replace("\\\n", "", StringComparison.Ordinal).Split('\n')
            .Where(line => line.Contains($"\"${name}_program\" --", StringComparison.Ordinal))
            .SelectMany(line => Option().Matches(line).Select(match => match.Value)).ToHashSet();
        Assert.NotEmpty(used);
        Assert.Empty(used.Except(await program.OptionsAsync()));
    }

    [Fact]
    public void ClusterLocal_BuildsTheProjectsThatThereAre() =>
        Assert.All([BuiltProgram.Silo, BuiltProgram.Gateway], program =>
        {
            Assert.Contains($" {program.Project}", File.ReadAllText(ClusterLocal), StringComparison.Ordinal);
            Assert.Contains($"/{Path.GetFileName(program.Project)}/release/{program.Assembly}", File.ReadAllText(ClusterLocal), StringComparison.Ordinal);
        });

    [Fact]
    public void EveryUseOfClusterLocal_IsACommandItHas()
    {
        var known = UsageRow().Matches(File.ReadAllText(ClusterLocal)).Select(match => match.Groups[1].Value).ToHashSet();
        var used = Books.Files.Append(ClusterLocal).Append(Path.Combine(Solution.Root, ".ci", "run"))
            .SelectMany(file => Use().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));
        Assert.NotEmpty(known);
        Assert.Empty(used.Except(known));
    }

    [GeneratedRegex("--[a-z]+(-[a-z]+)*")]
    private static partial Regex Option();

    [GeneratedRegex("^  ([a-z]+(?:-[a-z]+)*)(?: N| --detach)? {2,}", RegexOptions.Multiline)]
    private static partial Regex UsageRow();

    [GeneratedRegex("deploy/cluster-local ([a-z]+(?:-[a-z]+)*)")]
    private static partial Regex Use();
}
