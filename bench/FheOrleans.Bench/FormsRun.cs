using System.Diagnostics;
using System.Text.Json.Nodes;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using FheOrleans.Networks.Training;

namespace FheOrleans.Bench;

/// <summary>
/// Every form of a circuit for the paper's network, on as many points as the paper's test set has: times on one thread and two from inputs
/// that are expanded already, the error over all windows, and beside them what was predicted.
/// </summary>
internal static class FormsRun
{
    private const int Points = 28_000, TestWindows = 17_309, HerdWindows = 4096, Repeats = 10;

    private static readonly string[] SeriesForms =
        ["series", "series-complex", "series-fast", "polyphase-7", "polyphase-7-fast", "polyphase-4-complex", "polyphase-4-complex-fast"];

    private static readonly string[] HerdForms = ["herd", "herd-fast", "herd-keyless"];

    public static JsonObject Measure()
    {
        var network = PaperNetwork.Create();
        var all = Walks(network, Points, TestWindows);
        var batch = Walks(network, HerdWindows + network.TimePoints - 1, HerdWindows);
        var costs = CostModel.Calibrate();
        return new JsonObject
        {
            ["unit"] = $"best of {Repeats} runs in milliseconds, from expanded inputs; the paper's network",
            ["machine"] = Machine.Cpu,
            ["vectorBits"] = Machine.VectorBits,
            ["calibrated"] = $"transform {costs.TransformMicroseconds:0.00}, term {costs.TermMicroseconds:0.00}, product {costs.ProductMicroseconds:0.00}, pass {costs.PassMicroseconds:0.00} microseconds",
            [$"{TestWindows} windows"] = new JsonArray([.. SeriesForms.Select(form => One(network, all, form, costs))]),
            [$"{HerdWindows} windows"] = new JsonArray([.. HerdForms.Select(form => One(network, batch, form, costs))]),
        };
    }

    private static JsonObject One(Network network, WindowSet windows, string form, CostModel costs)
    {
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions { Form = CircuitForm.Parse(form) });
        var (plan, packer) = (circuit.Plan, new WindowPacker(circuit.Plan, windows));
        var parameters = plan.CreateParameters();
        using var secret = SecretKey.Generate(parameters);
        var (generator, encoder, encryptor) = (new KeyGenerator(secret), new CkksEncoder(parameters), new SymmetricEncryptor(secret));
        var runner = new CkksCircuitRunner(
            circuit, parameters, plan.NeedsRelinearizationKeys ? generator.CreateRelinearizationKeys() : null,
            plan.NeedsGaloisKeys ? generator.CreateGaloisKeys(plan.RotationSteps, plan.NeedsConjugationKey) : null);
        Ciphertext[][] inputs = [.. Enumerable.Range(0, packer.BatchCount).Select(batch => packer.Pack(batch)
            .Select(slots => encryptor.Encrypt(encoder.Encode(slots, plan.InputScale, plan.InputLevel))).ToArray())];

        var results = inputs.Select(batch => runner.Run(batch)).ToArray();
        var (forecasts, decryptor) = (new double[windows.Count], new Decryptor(secret));
        for (var batch = 0; batch < results.Length; batch++)
            packer.Unpack(batch, [.. results[batch].Select(result => encoder.Decode(decryptor.Decrypt(result)))], forecasts);
        var error = forecasts.Zip(network.PredictBatch(windows), (left, right) => Math.Abs(left - right)).Max();

        double Milliseconds(RunThreads threads) => Best(() =>
        {
            foreach (var batch in inputs) runner.Run(batch, threads: threads);
        });
        return new JsonObject
        {
            ["form"] = form,
            ["batches"] = packer.BatchCount,
            ["oneThread"] = Math.Round(Milliseconds(RunThreads.One), 1),
            ["predicted"] = Math.Round(1e3 * packer.BatchCount * CostModel.Stored.EvaluationSeconds(circuit.Report), 1),
            ["predictedCalibrated"] = Math.Round(1e3 * packer.BatchCount * costs.EvaluationSeconds(circuit.Report), 1),
            ["twoThreads"] = Math.Round(Milliseconds(new RunThreads(2, TaskScheduler.Default)), 1),
            ["uploadBytesPerWindow"] = packer.BatchCount * circuit.Report.UploadBytes / windows.Count,
            ["keyBytes"] = circuit.Report.KeyBytes,
            ["error"] = error.ToString("0.0e+0", System.Globalization.CultureInfo.InvariantCulture),
            ["predictedError"] = plan.PredictedError.ToString("0.0e+0", System.Globalization.CultureInfo.InvariantCulture),
        };
    }

    private static double Best(Action run)
    {
        var best = double.PositiveInfinity;
        for (var i = 0; i < Repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return best;
    }

    /// <summary>Slow random walks in 0..1, as normalized records are; windows spread evenly over them.</summary>
    private static WindowSet Walks(Network network, int rows, int windows)
    {
        var random = new SeededRandom(1);
        var points = new double[rows * network.Features];
        for (var feature = 0; feature < network.Features; feature++)
        {
            var value = random.NextDouble();
            for (var row = 0; row < rows; row++)
                points[(row * network.Features) + feature] = value = Math.Clamp(value + random.NextSymmetric(0.15), 0, 1);
        }
        var last = rows - network.TimePoints;
        return new WindowSet(
            points, network.Features, network.TimePoints, [.. Enumerable.Range(0, windows).Select(i => (int)((long)i * last / Math.Max(1, windows - 1)))]);
    }
}
