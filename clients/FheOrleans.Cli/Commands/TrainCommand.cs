using System.CommandLine;
using System.Globalization;
using FheOrleans.Client.Forecasts;
using FheOrleans.Networks.Training;

namespace FheOrleans.Cli;

/// <summary><c>farm train</c>: trains a network on this machine, in the clear.</summary>
internal static class TrainCommand
{
    // Epochs without a better validation error after which a start has given what it can.
    private const int Patience = 60;

    public static Command Create(FarmConsole console)
    {
        var herd = new Option<string>("--herd")
        {
            Description = "The wrangled herd to learn from.",
            DefaultValueFactory = _ => "herd",
            HelpName = "name",
        };
        var name = new Option<string>("--name")
        {
            Description = "What to call the network here.",
            DefaultValueFactory = _ => "network",
            HelpName = "name",
        };
        var (network, epochs, starts, batch, rate, seed, home) =
            (SharedOptions.Network(), SharedOptions.Epochs(), SharedOptions.Starts(), SharedOptions.BatchSize(),
                SharedOptions.LearningRate(), SharedOptions.Seed(), SharedOptions.Home());
        var command = new Command(
            "train", "Train a network on the herd's training part, in the clear, on this machine.\n\nExamples:\n  farm train\n  farm train --network linear --epochs 100 --seed 7")
        {
            herd, name, network, epochs, starts, batch, rate, seed, home,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            using var folder = SharedOptions.OpenHome(parsed.GetValue(home), passphraseFile: null);
            var records = folder.ReadHerd(parsed.GetValue(herd)!);
            var options = Options(parsed.GetValue(epochs), parsed.GetValue(batch), parsed.GetValue(rate), parsed.GetValue(seed));
            var result = await StageDisplay.RunAsync(
                console, progress => Task.Run(() => NetworkTraining.Train(records, parsed.GetValue(network)!, options, Starts(parsed.GetValue(starts)), progress, cancellation), cancellation));
            folder.WriteNetwork(parsed.GetValue(name)!, result.Network);

            var trained = ForecastErrors.OfNormalized(result.Network.PredictBatch(records.Test.Windows), records.Test, records.Scaling);
            var naive = ForecastErrors.OfNaive(records.Test, records.Scaling);
            ErrorTable.Write(console, ("network, in the clear", trained), ("same as last time", naive));
            console.Line(ErrorTable.Verdict(trained, naive));
            console.Line($"Kept as network '{parsed.GetValue(name)}', the weights of epoch {result.BestEpoch}.");
            console.Line($"Next: farm upload{SharedOptions.Unless("herd", "--herd", parsed.GetValue(herd)!)}{SharedOptions.Unless("network", "--network", parsed.GetValue(name)!)}");
            console.WriteJson(new
            {
                network = parsed.GetValue(name),
                bestEpoch = result.BestEpoch,
                clear = ErrorTable.Json(trained),
                naive = ErrorTable.Json(naive),
            });
            return Faults.Success;
        });
        return command;
    }

    public static TrainingOptions Options(int epochs, int batchSize, double learningRate, ulong seed)
    {
        // The library names its own properties; a person knows the option.
        if (epochs is < 1 or > 100_000) throw new UsageException($"--epochs is {epochs}; it takes 1 to 100000.");
        if (batchSize < 1) throw new UsageException($"--batch-size is {batchSize}; it takes 1 or more.");
        if (!(learningRate > 0 && learningRate <= 10)) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"--learning-rate is {learningRate}; it takes a number above 0, at most 10."));
        return new() { Epochs = epochs, Patience = Patience, BatchSize = batchSize, LearningRate = learningRate, Seed = seed };
    }

    public static int Starts(int starts) => starts is >= 1 and <= 100 ? starts : throw new UsageException($"--starts is {starts}; it takes 1 to 100.");
}
