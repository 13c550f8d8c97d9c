using System.CommandLine;
using System.CommandLine.Parsing;
using FheOrleans.Client.Herds;

namespace FheOrleans.Cli;

/// <summary>What to say about a command line that cannot be run: the help where only a group was named, else each fault with what was probably meant.</summary>
internal static class IncompleteLine
{
    /// <summary>Whether a command that only holds others, as <c>farm</c> or <c>farm admin</c>, stands alone.</summary>
    public static bool IsGroupAlone(ParseResult parsed) => parsed.CommandResult.Command.Subcommands.Count > 0 && parsed.UnmatchedTokens.Count == 0;

    /// <summary>Writes a group's help to the error stream.</summary>
    public static async Task<int> ShowHelpAsync(RootCommand root, ParseResult parsed, FarmConsole console, CancellationToken cancellation)
    {
        await root.Parse([.. Path(parsed).Skip(1), "--help"]).InvokeAsync(new() { Output = console.Errors, Error = console.Errors }, cancellation);
        return Faults.Usage;
    }

    /// <summary>A line for each fault, and where to read on.</summary>
    public static IEnumerable<string> Explain(ParseResult parsed)
    {
        var (command, path) = (parsed.CommandResult.Command, string.Join(' ', Path(parsed)));
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.FirstOrDefault(token => !IsOption(token)) is { } unknown)
        {
            yield return $"'{unknown}' is no command of '{path}'.{Meant(unknown, command.Subcommands.Select(one => one.Name))}";
        }
        else if (parsed.UnmatchedTokens.FirstOrDefault(IsOption) is { } option)
        {
            // What follows it is its value, and no fault of its own.
            yield return $"'{path}' has no option '{option}'.{Meant(option, Options(parsed))}";
        }
        else
        {
            foreach (var error in parsed.Errors) yield return error.Message;
        }
        yield return $"See '{path} --help'.";
    }

    private static bool IsOption(string token) => token.StartsWith('-');

    private static string Meant(string found, IEnumerable<string> known) => NearestName.To(found, known) is { } near ? $" Did you mean '{near}'?" : "";

    private static IEnumerable<string> Options(ParseResult parsed) =>
        Commands(parsed).SelectMany((command, i) => command.Options.Where(option => i == 0 || option.Recursive)).Select(option => option.Name);

    private static IEnumerable<string> Path(ParseResult parsed) =>
        Commands(parsed).Select(command => command is RootCommand ? "farm" : command.Name).Reverse();

    private static IEnumerable<Command> Commands(ParseResult parsed)
    {
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as CommandResult) yield return at.Command;
    }
}
