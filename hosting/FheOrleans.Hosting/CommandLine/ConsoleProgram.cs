namespace FheOrleans.Hosting;

/// <summary>What every program does with its command line, and the codes it ends with: 0 stopped when told to, 1 cannot start, 2 bad command line.</summary>
public static class ConsoleProgram
{
    private const int StartFailed = 1;
    private const int BadCommandLine = 2;

    /// <summary>Prints the help, or reads the command line and runs.</summary>
    /// <typeparam name="TOptions">What the command line says.</typeparam>
    /// <param name="arguments">The arguments, without the program's name.</param>
    /// <param name="help">What <c>--help</c> prints.</param>
    /// <param name="read">Reads the arguments.</param>
    /// <param name="run">Runs until the process is told to stop.</param>
    /// <returns>The code to end with.</returns>
    public static async Task<int> RunAsync<TOptions>(
        string[] arguments, string help, Func<IReadOnlyList<string>, (TOptions Options, IReadOnlyList<string> Faults)> read, Func<TOptions, Task> run)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(read);
        ArgumentNullException.ThrowIfNull(run);
        if (arguments.Contains("--help"))
        {
            await Console.Out.WriteAsync(help + "\n" + HealthQuestion.Help);
            return 0;
        }
        if (arguments.Contains(HealthQuestion.Name)) return await HealthQuestion.AskAsync(arguments);

        var (options, faults) = read(arguments);
        if (faults.Count > 0)
        {
            foreach (var fault in faults) await Console.Error.WriteLineAsync(fault);
            await Console.Error.WriteLineAsync("--help lists every option.");
            return BadCommandLine;
        }

        try
        {
            await run(options);
            return 0;
        }
        catch (StartException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return StartFailed;
        }
    }
}
