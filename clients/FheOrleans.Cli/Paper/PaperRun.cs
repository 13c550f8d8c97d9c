using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Simulation;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Training;

namespace FheOrleans.Cli;

/// <summary>What <c>farm paper</c> was asked for.</summary>
/// <param name="HerdFile">Records; null for the simulated herd of the paper's size.</param>
/// <param name="Wrangling">How records become windows.</param>
/// <param name="Network">What to train.</param>
/// <param name="Training">How to train it from each start.</param>
/// <param name="Starts">How many starts; the one with the best validation error is kept.</param>
/// <param name="Form">The form of circuit; null for the one predicted to be the fastest, chosen for each job.</param>
/// <param name="Runs">How often each job is timed; the first run is reported by itself.</param>
/// <param name="Workers">Threads of the node that compute; null for its own choice.</param>
internal sealed record PaperSettings(
    string? HerdFile, WranglingOptions Wrangling, string Network, TrainingOptions Training, int Starts, CircuitForm? Form, int Runs, int? Workers);

/// <summary>
/// The paper's experiment: train, then forecast one window and the whole test set on ciphertexts, in this process and through a node, and
/// compare.
/// </summary>
internal sealed class PaperRun(PaperSettings settings, FarmConsole console)
{
    private const string NetworkName = "paper", AllHerd = "all", OneHerd = "one", WeekHerd = "week";

    // What a farm of some size asks for every week: the next yield of each animal.
    private const int WeekAnimals = 200;

    public async Task<PaperReport> RunAsync(CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        var herd = await ReadHerdAsync(cancellation);
        HerdSummary.Write(console, herd);
        var training = TimeProvider.System.GetTimestamp();
        var trained = await Task.Run(() => NetworkTraining.Train(herd, settings.Network, settings.Training, settings.Starts, progress: null, cancellation), cancellation);
        var trainSeconds = TimeProvider.System.GetElapsedTime(training).TotalSeconds;
        console.Line($"Trained from {settings.Starts} starts; kept the best, as it was after {trained.BestEpoch} of {trained.Epochs.Length} epochs. Timing one window and {herd.Test.Count} of them, {settings.Runs} times each: in this process, then through a node.");

        var one = herd with { Test = herd.Test.Take(1) };
        var week = herd with { Latest = herd.Latest.Take(Math.Min(WeekAnimals, herd.Latest.Count)) };
        var local = new PaperLocal(settings, trained.Network, CostModel.Calibrate());
        var (localOne, _) = local.Run(one.Test, cancellation);
        var (localAll, localForecasts) = local.Run(herd.Test, cancellation);

        var folder = Directory.CreateTempSubdirectory("farm-paper-").FullName;
        try
        {
            using var home = new FarmHome(Path.Combine(folder, "home"), Passphrase.CreateRandom);
            WrangledHerdFile.Save(home.HerdPath(AllHerd), herd);
            WrangledHerdFile.Save(home.HerdPath(OneHerd), one);
            WrangledHerdFile.Save(home.HerdPath(WeekHerd), week);
            home.WriteNetwork(NetworkName, trained.Network);
            await using var node = await NodeProcess.StartAsync(Path.Combine(folder, "node"), "https://127.0.0.1:0", settings.Workers,
                console.IsVerbose ? console.Errors : null, cancellation);
            await using var client = await Demo.JoinAsync(node, home, cancellation);
            using var flow = new ForecastWorkflow(client, home);
            var remote = new PaperRemote(settings, flow, await flow.PublishAsync(NetworkName, cancellation));
            var remoteOne = await remote.RunAsync(OneHerd, "test", cancellation);
            var remoteWeek = week.Latest.Count > 0 ? await remote.RunAsync(WeekHerd, "latest", cancellation) : null;
            var remoteAll = await remote.RunAsync(AllHerd, "test", cancellation);
            var clear = trained.Network.PredictBatch(herd.Test.Windows);
            return new()
            {
                Herd = herd,
                Network = settings.Network,
                TrainSeconds = trainSeconds,
                LocalOne = localOne,
                LocalAll = localAll,
                RemoteOne = remoteOne,
                RemoteAll = remoteAll,
                RemoteWeek = remoteWeek,
                KeyGenerationSeconds = flow.Clock.Seconds(ForecastStage.KeyGeneration),
                KeyUploadSeconds = flow.Clock.Seconds(ForecastStage.SendKeys),
                KeyBytes = flow.KeyBytes,
                Cipher = ForecastErrors.OfNormalized(remoteAll.Forecasts, herd.Test, herd.Scaling),
                Clear = ForecastErrors.OfNormalized(clear, herd.Test, herd.Scaling),
                Naive = ForecastErrors.OfNaive(herd.Test, herd.Scaling),
                LargestDifference = LargestDifference(remoteAll.Forecasts, clear),
                LargestLocalDifference = LargestDifference(localForecasts, clear),
                NodeMemory = node.MeasureMemory(),
                TotalSeconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds,
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<WrangledHerd> ReadHerdAsync(CancellationToken cancellation)
    {
        if (settings.HerdFile is { } file) return HerdReader.Read(file, settings.Wrangling);
        return await Task.Run(
            () =>
            {
                var records = new MemoryStream();
                using (var writer = new StreamWriter(records, leaveOpen: true)) PaperSizedHerd.Write(writer, settings.Training.Seed);
                records.Position = 0;
                return HerdReader.Read(records, SimulatedHerd.Label, PaperSizedHerd.Wrangling);
            },
            cancellation);
    }

    private static double LargestDifference(double[] left, double[] right) => left.Zip(right, (a, b) => Math.Abs(a - b)).Max();
}
