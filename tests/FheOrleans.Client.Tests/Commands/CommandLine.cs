using System.Text.Json;
using FheOrleans.Cli;

namespace FheOrleans.Client.Tests.Commands;

/// <summary>Runs <c>farm</c> in this process with its streams caught, as in a pipe.</summary>
internal sealed record CommandLine(int Code, string Output, string Error)
{
    public static async Task<CommandLine> RunAsync(params string[] arguments)
    {
        using StringWriter output = new(), error = new();
        var code = await Farm.RunAsync(arguments, new FarmConsole(TextWriter.Synchronized(output), TextWriter.Synchronized(error), isTerminal: false), CancellationToken.None);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>The last line of the output as JSON.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);

    public CommandLine Succeeded()
    {
        Assert.True(Code == 0, $"exit code {Code}: {Error}");
        return this;
    }

    /// <summary>Failed with one short text, without a stack trace.</summary>
    public void Failed(int code, string expected)
    {
        Assert.Equal(code, Code);
        Assert.Contains(expected, Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
    }
}
