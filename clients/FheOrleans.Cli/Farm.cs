using System.CommandLine;
using System.CommandLine.Invocation;

namespace FheOrleans.Cli;

/// <summary>The <c>farm</c> command: parses, runs, and turns every fault into one sentence and an exit code.</summary>
internal static class Farm
{
    // After Ctrl+C a demo stops its node and removes its folder; the node itself has 15 seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>All commands, with their help.</summary>
    public static RootCommand CreateRoot(FarmConsole console)
    {
        var root = new RootCommand(
            "Forecasts of milk yields by a server that never sees a number: records are encrypted here, computed on as ciphertexts there, and "
            + "only this farm can read the result.\n\n"
            + "Examples:\n"
            + "  farm demo                            everything at once, on a simulated herd\n"
            + "  farm demo --herd weekly.csv          the same on your records\n"
            + "  farm paper                           the paper's tables beside this machine's\n"
            + "  farm serve                           a node to try things out with\n"
            + "  farm init --node https://... --certificate sha256:... --code coop.farm.x\n"
            + "  farm wrangle weekly.csv && farm train && farm upload && farm predict && farm results\n\n"
            + "Exit codes: 0 it went well, 1 it did not, 2 the command line is wrong. Text for people goes to the output, or with --json to the error "
            + "stream; the environment may hold FARM_HOME and FARM_PASSPHRASE.");
        Command[] commands =
        [
            InitCommand.Create(console), WrangleCommand.Create(console), TrainCommand.Create(console), UploadCommand.Create(console),
            PredictCommand.Create(console), ResultsCommand.Create(console), DemoCommand.Create(console), PaperCommand.Create(console),
            ServeCommand.Create(console), SimulateCommand.Create(console), AppendCommand.Create(console),
            WatchCommand.Create(console), LiveCommand.Create(console), ModelCommand.Create(console), VerifyCommand.Create(console),
            LedgerCommand.Create(console), DeleteCommand.Create(console), AdminCommand.Create(console),
            CompletionCommand.Create(console),
        ];
        var (json, verbose) = (SharedOptions.Json(), SharedOptions.Verbose());
        (json.Recursive, verbose.Recursive) = (true, true);
        root.Add(json);
        root.Add(verbose);
        foreach (var command in commands) root.Add(command);
        HelpWithExamples.Install(root);
        return root;
    }

    /// <summary>Runs a command line.</summary>
    /// <returns>0 if it went well, 1 if not, 2 if the command line itself is wrong.</returns>
    public static async Task<int> RunAsync(string[] arguments, FarmConsole console, CancellationToken cancellation)
    {
        // What git, docker and others take too.
        if (arguments is ["help", .. var of]) arguments = [.. of, "--help"];
        var root = CreateRoot(console);
        var parsed = root.Parse(arguments);
        (console.IsJson, console.IsVerbose) = (parsed.GetValue<bool>(SharedOptions.JsonName), parsed.GetValue<bool>(SharedOptions.VerboseName));
        var streams = new InvocationConfiguration
        {
            Output = console.Text,
            Error = console.Errors,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = Patience
        };
        try
        {
            if (parsed.Action is not ParseErrorAction) return await parsed.InvokeAsync(streams, cancellation);
            if (IncompleteLine.IsGroupAlone(parsed)) return await IncompleteLine.ShowHelpAsync(root, parsed, console, cancellation);
            foreach (var line in IncompleteLine.Explain(parsed)) console.Errors.WriteLine(line);
            return Faults.Usage;
        }
        catch (Exception fault)
        {
            console.Errors.WriteLine(Faults.Describe(fault));
            if (console.IsVerbose) console.Errors.WriteLine(fault.ToString());
            return Faults.CodeOf(fault);
        }
    }
}
