using System.Text.RegularExpressions;
using FheOrleans.Gateway.Host.Options;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Silo.Options;

namespace FheOrleans.Cluster.Tests.Contract;

/// <summary>What docs/hosting.md says about the options of a cluster's processes is what the programs do, in both directions.</summary>
public partial class ClusterBookTests
{
    [Fact]
    public Task SiloBook_Always_HasTheOptionsOfTheProgramAndNoOthers() => CheckAsync("### A silo", SiloArguments.Help);

    [Fact]
    public Task GatewayBook_Always_HasTheOptionsOfTheProgramAndNoOthers() => CheckAsync("### A gateway", GatewayArguments.Help);

    [Fact]
    public Task PrepareBook_Always_HasTheOptionsOfTheProgramAndNoOthers() => CheckAsync("### Preparing", PrepareArguments.Help);

    [Fact]
    public Task OperatorBook_Always_HasTheOptionsOfTheProgramAndNoOthers() => CheckAsync("### A new operator token", OperatorRenewalArguments.Help);

    private static async Task CheckAsync(string heading, string help)
    {
        var book = await File.ReadAllTextAsync(Repository.PathOf("docs", "hosting.md"));
        var begin = book.IndexOf(heading + "\n", StringComparison.Ordinal);
        Assert.True(begin >= 0, $"docs/hosting.md has no section '{heading}'.");
        var end = book.IndexOf("\n#", begin + heading.Length, StringComparison.Ordinal);
        var section = end < 0 ? book[begin..] : book[begin..end];
        var described = TableRow().Matches(section).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('`'));
        var known = HelpRow().Matches(help).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);

        Assert.Equal(known.Keys, described.Keys);
        // A default in parentheses ends the help's line, and is what the book has.
        Assert.All(known, item =>
        {
            if (Default().Match(item.Value) is { Success: true } said && said.Groups[1].Value is not ("required" or "none"))
                Assert.Equal(said.Groups[1].Value, described[item.Key]);
        });
    }

    [GeneratedRegex(@"^\| `(--[a-z-]+)[^|]*\|.*\| ([^|]*) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex("^  (--[a-z-]+)(.*)$", RegexOptions.Multiline)]
    private static partial Regex HelpRow();

    [GeneratedRegex(@"\(([^()]*)\)$")]
    private static partial Regex Default();
}
