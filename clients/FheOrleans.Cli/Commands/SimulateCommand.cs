using System.CommandLine;
using FheOrleans.Client.Simulation;

namespace FheOrleans.Cli;

/// <summary><c>farm simulate</c>: writes the records of a herd that does not exist.</summary>
internal static class SimulateCommand
{
    public static Command Create(FarmConsole console)
    {
        var file = new Argument<string>("file") { Description = "The CSV file to write." };
        var (cows, seed) = (Cows(), SharedOptions.Seed());
        var command = new Command("simulate",
            "Write weekly records of a simulated herd, to try things out with. They are labelled as simulated wherever they go.\n\nExamples:\n  farm simulate herd.csv --cows 50 --seed 3")
        {
            file, cows, seed,
        };
        command.SetAction(parsed =>
        {
            using (var writer = new StreamWriter(parsed.GetValue(file)!)) SimulatedHerd.Write(writer, Options(parsed.GetValue(cows), parsed.GetValue(seed)));
            console.Line($"Wrote SIMULATED weekly records of {parsed.GetValue(cows)} cows to {parsed.GetValue(file)}.");
            console.WriteJson(new { file = parsed.GetValue(file), cows = parsed.GetValue(cows), simulated = true });
            return Faults.Success;
        });
        return command;
    }

    public static Option<int> Cows() => new("--cows") { Description = "Cows of the simulated herd.", DefaultValueFactory = _ => new SimulationOptions().Cows, HelpName = "number" };

    public static SimulationOptions Options(int cows, ulong seed) =>
        cows is >= 2 and <= 100_000 ? new() { Cows = cows, Seed = seed }
            : throw new UsageException($"--cows is {cows}; it takes 2 to 100000.");
}
