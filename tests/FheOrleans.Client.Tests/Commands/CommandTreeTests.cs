using System.CommandLine;
using System.Text.RegularExpressions;
using FheOrleans.Cli;

namespace FheOrleans.Client.Tests.Commands;

/// <summary>Rules that every command keeps, however many there are: the commands are asked of the program itself.</summary>
public sealed partial class CommandTreeTests
{
    public static TheoryData<string> Paths() => [.. Commands().Select(item => item.Path)];

    [Theory, MemberData(nameof(Paths))]
    public async Task Help_OfEveryCommand_HasAnExampleOfItAndTakesJson(string path)
    {
        var help = (await CommandLine.RunAsync([.. path.Split(' ')[1..], "--help"])).Succeeded().Output;

        Assert.Contains("Examples:", help, StringComparison.Ordinal);
        Assert.Contains(path, help.Split("Examples:")[1], StringComparison.Ordinal);
        Assert.Contains("--json", help, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Paths))]
    public void EveryOptionAndArgument_Always_SaysWhatItIsFor(string path)
    {
        var command = Commands().Single(item => item.Path == path).Command;

        Assert.All(command.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description), $"{path} {option.Name}"));
        Assert.All(command.Arguments, argument => Assert.False(string.IsNullOrWhiteSpace(argument.Description), $"{path} {argument.Name}"));
        Assert.All(command.Options, option => Assert.Matches("^--[a-z][a-z0-9-]*$", option.Name));
    }

    [Fact]
    public async Task Help_OfTheWhole_ListsCommandsWithoutTheirExamples()
    {
        var help = (await CommandLine.RunAsync("--help")).Succeeded().Output;

        var list = help.Split("Commands:")[1].Split("Examples:")[0];
        Assert.DoesNotContain("  farm ", list, StringComparison.Ordinal);
        Assert.Contains("Exit codes: 0", help, StringComparison.Ordinal);
    }

    [Fact]
    public void Book_Always_HasTheCommandsOfTheProgramAndNoOthers()
    {
        var book = File.ReadAllText(Path.Combine(Repository(), "docs", "cli.md"));

        var described = TableRow().Matches(book).Select(match => match.Groups[1].Value.TrimEnd());

        Assert.Equal(Commands().Where(item => item.Command.Subcommands.Count == 0).Select(item => item.Path).Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Theory, InlineData("bash"), InlineData("zsh"), InlineData("fish"), InlineData("pwsh")]
    public async Task Completion_OfEveryShell_AsksTheProgramItself(string shell)
    {
        var script = (await CommandLine.RunAsync("completion", shell)).Succeeded().Output;

        Assert.Contains("[suggest:", script, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Path, Command Command)> Commands()
    {
        var root = Farm.CreateRoot(new FarmConsole(TextWriter.Null, TextWriter.Null, isTerminal: false));
        return root.Subcommands.SelectMany(command => Below("farm", command));

        static IEnumerable<(string, Command)> Below(string above, Command command) =>
            command.Subcommands.SelectMany(next => Below($"{above} {command.Name}", next)).Prepend(($"{above} {command.Name}", command));
    }

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "FheOrleans.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("FheOrleans.sln was not found above the test's folder.");
    }

    [GeneratedRegex("^\\| `(farm [a-z -]+?)[`<\\[]", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
