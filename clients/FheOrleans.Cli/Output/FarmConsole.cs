using System.Text.Json;
using Spectre.Console;

namespace FheOrleans.Cli;

/// <summary>
/// Where a command writes: results to the output; with <c>--json</c> only JSON goes there and everything else to the error stream.
/// </summary>
internal sealed class FarmConsole
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private readonly TextWriter _output, _error;

    public FarmConsole(TextWriter output, TextWriter error, bool isTerminal) => (_output, _error, IsTerminal) = (output, error, isTerminal);

    /// <summary>Whether a person is watching: bars and tables instead of plain lines.</summary>
    public bool IsTerminal { get; }

    /// <summary>Whether <c>--json</c> was given.</summary>
    public bool IsJson { get; set; }

    /// <summary>Whether <c>--verbose</c> was given: a node's log is shown too.</summary>
    public bool IsVerbose { get; set; }

    /// <summary>Letters in a line of the terminal.</summary>
    public int Width => Ansi.Profile.Width;

    /// <summary>The process's own streams.</summary>
    public static FarmConsole OfProcess() => new(Console.Out, Console.Error, !Console.IsOutputRedirected && !Console.IsErrorRedirected);

    /// <summary>Whether questions can be asked.</summary>
    public static bool CanAsk => !Console.IsInputRedirected && !Console.IsErrorRedirected;

    /// <summary>Where text for people goes.</summary>
    public TextWriter Text => IsJson ? _error : _output;

    public TextWriter Errors => _error;

    public void Line(string text = "") => Text.WriteLine(text);

    /// <summary>Writes the one object that <c>--json</c> asks for, as one line.</summary>
    public void WriteJson(object value)
    {
        if (IsJson) _output.WriteLine(JsonSerializer.Serialize(value, Json));
    }

    /// <summary>Spectre's console over the stream for people.</summary>
    public IAnsiConsole Ansi => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Text) });

    /// <summary>Asks for something that is not shown while it is typed.</summary>
    public static string AskSecret(string question) =>
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }).Prompt(new TextPrompt<string>(question).Secret(null));
}
