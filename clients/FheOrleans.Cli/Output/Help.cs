using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FheOrleans.Cli;

/// <summary>Puts a command's examples below its help, and leaves lists of commands short.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private const string Heading = "\n\nExamples:\n";
    private readonly SynchronousCommandLineAction _inner;
    private readonly Dictionary<Command, string> _examples = [];

    private HelpWithExamples(SynchronousCommandLineAction inner) => _inner = inner;

    /// <summary>Takes the examples out of the commands' descriptions, where they were written, and into their help.</summary>
    public static void Install(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        var help = new HelpWithExamples((SynchronousCommandLineAction)option.Action!);
        foreach (var command in WithSubcommands(root))
        {
            if (command.Description?.Split(Heading) is not [var description, var examples]) continue;
            command.Description = description;
            help._examples[command] = examples;
        }
        option.Action = help;
    }

    /// <summary>Help is given for a command whose required options are missing.</summary>
    public override bool ClearsParseErrors => true;

    private static IEnumerable<Command> WithSubcommands(Command command) => command.Subcommands.SelectMany(WithSubcommands).Prepend(command);

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var code = _inner.Invoke(parseResult);
        if (!_examples.TryGetValue(parseResult.CommandResult.Command, out var examples)) return code;
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        output.WriteLine(examples);
        output.WriteLine();
        return code;
    }
}
