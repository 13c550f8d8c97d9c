using System.Text.RegularExpressions;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>What the pages name is there: files, headings, instruments.</summary>
public partial class BookTests
{
    [Fact]
    public void EveryLink_LeadsToAFileAndAHeading()
    {
        var broken =
            from page in Books.Files
            from match in Link().Matches(WithoutCode(page))
            let target = match.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
            let parts = target.Split('#', 2)
            let file = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0]))
            where !Path.Exists(file) || parts.Length == 2 && !Anchors(file).Contains(parts[1])
            select $"{Path.GetRelativePath(Solution.Root, page)}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void EveryFileOfDeploy_ThatAPageNames_IsThere()
    {
        var missing =
            from page in Books.Files
            from match in DeployFile().Matches(File.ReadAllText(page))
            let path = match.Value.TrimEnd('.', '/')
            // Made at the first start, and never part of a checkout.
            where !path.StartsWith("deploy/secrets", StringComparison.Ordinal)
            where !Path.Exists(Path.Combine(Solution.Root, path))
            select $"{Path.GetRelativePath(Solution.Root, page)}: {path}";
        Assert.Empty(missing);
    }

    [Fact]
    public void TheOperatorsPage_HasEveryInstrumentAndNoOther()
    {
        var page = File.ReadAllText(Path.Combine(Solution.Root, "docs", "operations.md"));
        var described = InstrumentRow().Matches(page).Select(match => match.Groups[1].Value).ToHashSet();
        Assert.Equal(Instruments.Names.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task TheOperatorsPage_StartsProgramsWithOptionsThatTheyHave()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Solution.Root, "docs", "operations.md"));
        foreach (var program in new[] { BuiltProgram.Silo, BuiltProgram.Gateway })
        {
            var known = await program.OptionsAsync();
            var lines = page.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Where(line => line.Contains("dotnet ", StringComparison.Ordinal) && line.Contains(program.Assembly, StringComparison.Ordinal));
            var used = lines.SelectMany(line => Option().Matches(line[line.IndexOf(program.Assembly, StringComparison.Ordinal)..])).Select(match => match.Value);
            Assert.Empty(used.Except(known));
        }
    }

    private static HashSet<string> Anchors(string file) =>
        File.Exists(file) ? [.. Heading().Matches(WithoutCode(file)).Select(match => Books.AnchorOf(match.Groups[1].Value))] : [];

    private static string WithoutCode(string file) => Fence().Replace(File.ReadAllText(file), "");

    [GeneratedRegex("\\]\\(([^)\\s]+)\\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("deploy/[A-Za-z0-9_@./-]+")]
    private static partial Regex DeployFile();

    [GeneratedRegex("^\\| `(fheorleans\\.[a-z_.]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex("--[a-z]+(-[a-z]+)*")]
    private static partial Regex Option();
}
