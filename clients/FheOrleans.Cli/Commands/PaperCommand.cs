using System.CommandLine;
using FheOrleans.Networks.Training;

namespace FheOrleans.Cli;

/// <summary><c>farm paper</c>: the paper's experiment, with its tables.</summary>
internal static class PaperCommand
{
    // Trained until it is better than "same as last time": that takes some 40 to 70 epochs from most starts, which the validation part tells. All
    // three starts to the last epoch are 18 s on a core of Zen 5; the times that the tables are about do not depend on it.
    private const int Epochs = 150, Patience = 15, Starts = 3, FewestRuns = 2, MostRuns = 100;

    public static Command Create(FarmConsole console)
    {
        var herd = new Option<string?>("--herd")
        {
            Description = "CSV file of records, plain or gzip. Defaults to a simulated herd of the paper's size: 93,283 time points, 17,309 test windows.",
            HelpName = "file",
        };
        var (columns, farmColumn, farm, window, animals) = (SharedOptions.Columns(), SharedOptions.FarmColumn(), SharedOptions.Farm(),
            SharedOptions.Window(), SharedOptions.MinimumAnimals());
        var (form, seed, network) = (SharedOptions.Form(), SharedOptions.Seed(), SharedOptions.Network());
        var epochs = new Option<int>("--epochs")
        {
            Description = $"Passes over the training windows at most, from each of {Starts} starts; one ends when {Patience} in a row have not lowered the validation error.",
            DefaultValueFactory = _ => Epochs,
            HelpName = "number",
        };
        var runs = new Option<int>("--runs")
        {
            Description = "How often each job is timed. The first run is reported by itself, of the others the median.",
            DefaultValueFactory = _ => 6,
            HelpName = "number",
        };
        var workers = new Option<int?>("--workers") { Description = "Threads of the node that compute. Defaults to one for each core.", HelpName = "number" };
        var command = new Command(
            "paper",
            "The experiment of the paper this follows (MAKE 3(4):819-834, 2021), with its tables 2, 3 and 4 and our figures beside: errors, seconds and bytes of one window "
            + "and of the whole test set, in this process and through a node.\n\n"
            + "Examples:\n"
            + "  farm paper\n"
            + "  farm paper --herd danish_milkman/weekly.csv --json\n"
            + "  farm paper --form series --runs 10")
        {
            herd, columns, farmColumn, farm, window, animals, form, seed, network, epochs, runs, workers,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var (times, passes) = (parsed.GetValue(runs), parsed.GetValue(epochs));
            if (times is < FewestRuns or > MostRuns) throw new UsageException($"--runs is {times}; it takes {FewestRuns} to {MostRuns}.");
            if (passes < 1) throw new UsageException($"--epochs is {passes}; it takes 1 or more.");
            var settings = new PaperSettings(
                parsed.GetValue(herd),
                SharedOptions.Wrangling(parsed.GetValue(columns), parsed.GetValue(farmColumn), parsed.GetValue(farm),
                    parsed.GetValue(window), parsed.GetValue(animals)),
                parsed.GetValue(network)!,
                new TrainingOptions { Epochs = passes, Seed = parsed.GetValue(seed), Patience = Patience },
                Starts,
                SharedOptions.FormOf(parsed.GetValue(form)),
                times,
                parsed.GetValue(workers));
            var report = await new PaperRun(settings, console).RunAsync(cancellation);
            report.Write(console);
            console.WriteJson(report.Json());
            return Faults.Success;
        });
        return command;
    }
}
