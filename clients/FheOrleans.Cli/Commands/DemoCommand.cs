using System.CommandLine;

namespace FheOrleans.Cli;

/// <summary><c>farm demo</c>: everything at once.</summary>
internal static class DemoCommand
{
    public static Command Create(FarmConsole console)
    {
        var herd = new Option<string?>("--herd")
        {
            Description = "CSV file of records, plain or gzip. Defaults to a simulated herd.",
            HelpName = "file",
        };
        var (columns, farmColumn, farm, window, animals) = (SharedOptions.Columns(), SharedOptions.FarmColumn(), SharedOptions.Farm(),
            SharedOptions.Window(), SharedOptions.MinimumAnimals());
        var (form, seed, network, epochs, starts, batch, rate) =
            (SharedOptions.Form(), SharedOptions.Seed(), SharedOptions.Network(), SharedOptions.Epochs(), SharedOptions.Starts(),
                SharedOptions.BatchSize(), SharedOptions.LearningRate());
        var cows = SimulateCommand.Cows();
        var workers = new Option<int?>("--workers")
        {
            Description = "Threads of the node that compute. Defaults to one for each core.",
            HelpName = "number",
        };
        var command = new Command(
            "demo",
            "Everything at once: train on a herd, start a node on this machine, make keys, encrypt the test windows, upload, have the node compute on "
            + "ciphertexts, receive and decrypt the forecasts, and compare them with the same network in the clear and with 'same as last time'. "
            + "The node is a process of its own; everything is in a temporary folder that is removed at the end.\n\n"
            + "Examples:\n"
            + "  farm demo\n"
            + "  farm demo --herd danish_milkman/weekly.csv --form herd\n"
            + "  farm demo --herd testday_80herds.csv.gz --columns gap=none --json\n"
            + "  farm demo --network linear --seed 7")
        {
            herd, columns, farmColumn, farm, window, animals, form, seed, network, epochs, starts, batch, rate, cows, workers,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var settings = new DemoSettings(
                parsed.GetValue(herd),
                SharedOptions.Wrangling(parsed.GetValue(columns), parsed.GetValue(farmColumn), parsed.GetValue(farm),
                    parsed.GetValue(window), parsed.GetValue(animals)),
                SimulateCommand.Options(parsed.GetValue(cows), parsed.GetValue(seed)),
                parsed.GetValue(network)!,
                TrainCommand.Options(parsed.GetValue(epochs), parsed.GetValue(batch), parsed.GetValue(rate), parsed.GetValue(seed)),
                TrainCommand.Starts(parsed.GetValue(starts)),
                SharedOptions.FormOf(parsed.GetValue(form)),
                parsed.GetValue(workers));
            var report = await Demo.RunAsync(settings, console, cancellation);
            report.Write(console);
            console.WriteJson(report.Json());
            return Faults.Success;
        });
        return command;
    }
}
