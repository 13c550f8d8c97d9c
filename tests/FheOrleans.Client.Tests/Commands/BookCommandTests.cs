using System.Text.RegularExpressions;
using FheOrleans.Cli;

namespace FheOrleans.Client.Tests.Commands;

/// <summary>Every <c>farm …</c> that a page for people shows is one that the program knows, with options that it has.</summary>
public sealed partial class BookCommandTests
{
    // What operators' pages put into a variable of the shell.
    private const string Operator = "--node https://node.example.org:7443 --certificate sha256:HEX --token-file operator.token";

    public static TheoryData<string> Pages() =>
        [.. Directory.EnumerateFiles(Repository(), "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Repository(), "docs"), "*.md")).Select(page => Path.GetRelativePath(Repository(), page))];

    [Theory, MemberData(nameof(Pages))]
    public void EveryCommand_OfAPage_IsOneOfTheProgram(string page)
    {
        var root = Farm.CreateRoot(new FarmConsole(TextWriter.Null, TextWriter.Null, isTerminal: false));

        Assert.All(Commands(File.ReadAllText(Path.Combine(Repository(), page))), line =>
        {
            var parsed = root.Parse(line["farm".Length..]);
            Assert.True(parsed.UnmatchedTokens.Count == 0, $"{line}: {string.Join(' ', parsed.UnmatchedTokens)}");
        });
    }

    [Fact]
    public void Commands_OfThePageForOperators_AreFound() =>
        Assert.True(Commands(File.ReadAllText(Path.Combine(Repository(), "docs", "operations.md"))).Count() > 10);

    // Lines of code, and code within a sentence. Comments, pipes and redirections end a command; where a page names several at once (list|show), each of
    // them is a row of docs/cli.md, which has a test of its own.
    private static IEnumerable<string> Commands(string text) =>
        Line().Matches(text).Concat(Inline().Matches(text))
            .Select(match => End().Replace(match.Groups[1].Value, "").Replace("$A", Operator, StringComparison.Ordinal).Trim())
            .Where(command => !command.Contains('|', StringComparison.Ordinal));

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "FheOrleans.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("FheOrleans.sln was not found above the test's folder.");
    }

    [GeneratedRegex("^(?: {4})?(farm [a-z][^\n`]*)$", RegexOptions.Multiline)]
    private static partial Regex Line();

    [GeneratedRegex("`(farm [a-z][^`\n]*)`")]
    private static partial Regex Inline();

    [GeneratedRegex("\\s[#>|].*$")]
    private static partial Regex End();
}
