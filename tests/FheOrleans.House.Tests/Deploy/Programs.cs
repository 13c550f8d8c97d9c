using System.Diagnostics;
using System.Text.RegularExpressions;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>A program that deploy/ starts, as it was built: it says itself which options it has, and reads command lines itself.</summary>
/// <param name="Project">The folder of its project.</param>
/// <param name="Assembly">Its file.</param>
internal sealed partial record BuiltProgram(string Project, string Assembly)
{
    // No program has it: a command line that ends with it is read and checked as a whole, and never starts anything.
    private const string Unknown = "--no-such-option";

    public static BuiltProgram Silo { get; } = new("silo/FheOrleans.Silo", "FheOrleans.Silo.dll");

    public static BuiltProgram Gateway { get; } = new("gateway/FheOrleans.Gateway.Host", "FheOrleans.Gateway.Host.dll");

    public static BuiltProgram Of(string assembly) => new[] { Silo, Gateway }.Single(program => assembly.EndsWith(program.Assembly, StringComparison.Ordinal));

    /// <summary>The names of its options, as <c>--help</c> has them.</summary>
    public async Task<IReadOnlySet<string>> OptionsAsync() =>
        OptionRow().Matches((await RunAsync("--help")).Output).Select(match => match.Groups[1].Value).ToHashSet();

    /// <summary>All that the program finds wrong with a command line.</summary>
    public async Task<string[]> FaultsAsync(IEnumerable<string> arguments)
    {
        var (exitCode, _, error) = await RunAsync([.. arguments, Unknown]);
        var faults = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, exitCode);
        Assert.Contains(faults, fault => fault.Contains($"'{Unknown}'", StringComparison.Ordinal));
        return [.. faults.Where(fault => !fault.Contains($"'{Unknown}'", StringComparison.Ordinal) && !fault.StartsWith("--help ", StringComparison.Ordinal))];
    }

    /// <summary>Runs it to its end.</summary>
    public async Task<int> ExitCodeAsync(string[] arguments) => (await RunAsync(arguments)).ExitCode;

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory); // …/bin/Debug/net10.0/
        var path = Path.Combine(Solution.Root, Project, "bin", output.Parent!.Name, output.Name, Assembly);
        using var process = Process.Start(new ProcessStartInfo("dotnet", [path, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var reading = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await reading.Item1, await reading.Item2);
    }

    [GeneratedRegex("^ +(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex OptionRow();
}
