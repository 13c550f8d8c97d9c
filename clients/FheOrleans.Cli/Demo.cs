using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Client.Simulation;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Training;

namespace FheOrleans.Cli;

/// <summary>What <c>farm demo</c> was asked for.</summary>
internal sealed record DemoSettings(
    string? HerdFile, WranglingOptions Wrangling, SimulationOptions Simulation, string Network, TrainingOptions Training, int Starts,
    CircuitForm? Form, int? Workers);

/// <summary>The whole way once, in a temporary folder: the farm's home under a random passphrase, and a node's folder beside it.</summary>
internal static class Demo
{
    private const string HerdName = "demo", NetworkName = "demo", Tenant = "demo-coop", Owner = "demo-farm";

    public static async Task<DemoReport> RunAsync(DemoSettings settings, FarmConsole console, CancellationToken cancellation)
    {
        var started = TimeProvider.System.GetTimestamp();
        var folder = Directory.CreateTempSubdirectory("farm-demo-").FullName;
        try
        {
            using var home = new FarmHome(Path.Combine(folder, "home"), Passphrase.CreateRandom);
            var herd = ReadHerd(settings, folder);
            HerdSummary.Write(console, herd);
            WrangledHerdFile.Save(home.HerdPath(HerdName), herd);

            await using var node = await NodeProcess.StartAsync(Path.Combine(folder, "node"), "https://127.0.0.1:0", settings.Workers,
                console.IsVerbose ? console.Errors : null, cancellation);
            console.Line($"A node runs on {node.Address.Url} as a process of its own; it will never hold a secret key.");
            await using var client = await JoinAsync(node, home, cancellation);
            return await StageDisplay.RunAsync(console, progress => ForecastAsync(settings, herd, home, node, client, progress, started, cancellation));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static WrangledHerd ReadHerd(DemoSettings settings, string folder)
    {
        if (settings.HerdFile is { } file) return HerdReader.Read(file, settings.Wrangling);
        var path = Path.Combine(folder, "simulated.csv");
        using (var writer = new StreamWriter(path)) SimulatedHerd.Write(writer, settings.Simulation);
        return HerdReader.Read(path, settings.Wrangling);
    }

    /// <summary>Makes a co-operative and a farm in it, and joins as the farm.</summary>
    public static async Task<NodeClient> JoinAsync(NodeProcess node, FarmHome home, CancellationToken cancellation)
    {
        await using var operatorClient = new NodeClient(node.Address, node.ReadOperatorToken());
        await operatorClient.CreateTenantAsync(Tenant, cancellation);
        var code = await operatorClient.InviteAsync(Tenant, Owner, cancellation: cancellation);
        await using var stranger = new NodeClient(node.Address, token: null);
        var joined = await stranger.JoinAsync(code, cancellation);
        home.Initialize(new(node.Address.Url, node.Address.CertificateSha256, joined.Tenant, joined.Owner), joined.Token);
        return new(node.Address, home.ReadToken());
    }

    private static async Task<DemoReport> ForecastAsync(
        DemoSettings settings, WrangledHerd herd, FarmHome home, NodeProcess node, NodeClient client, IProgress<StageProgress> progress, long started,
        CancellationToken cancellation)
    {
        using var flow = new ForecastWorkflow(client, home, progress);
        TrainingResult trained;
        using (flow.Clock.Measure(ForecastStage.Train))
            trained = await Task.Run(() => NetworkTraining.Train(herd, settings.Network, settings.Training, settings.Starts, progress, cancellation), cancellation);
        home.WriteNetwork(NetworkName, trained.Network);

        var published = await flow.PublishAsync(NetworkName, cancellation);
        var (upload, circuit) = await flow.UploadAsync(HerdName, "test", published.Model, published.Version, settings.Form,
            cancellation: cancellation);
        var forecast = await flow.PredictAsync(upload.Dataset, "demo", cancellation: cancellation);

        double[] encrypted = [.. forecast.Normalized.Select(value => value!.Value)];
        var clear = trained.Network.PredictBatch(herd.Test.Windows);
        return new()
        {
            Herd = herd,
            Network = settings.Network,
            Seed = settings.Training.Seed,
            Circuit = circuit,
            Cipher = ForecastErrors.OfNormalized(encrypted, herd.Test, herd.Scaling),
            Clear = ForecastErrors.OfNormalized(clear, herd.Test, herd.Scaling),
            Naive = ForecastErrors.OfNaive(herd.Test, herd.Scaling),
            LargestDifference = encrypted.Zip(clear, (left, right) => Math.Abs(left - right)).Max(),
            Clock = flow.Clock,
            EvaluationSeconds = forecast.EvaluationSeconds,
            TotalSeconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds,
            KeyBytes = flow.KeyBytes,
            UploadBytes = flow.UploadBytes,
            ResultBytes = forecast.ResultBytes,
            Parts = upload.Batches,
            NodeMemory = node.MeasureMemory(),
            BestEpoch = trained.BestEpoch,
            Epochs = trained.Epochs.Length,
        };
    }
}
