using System.Diagnostics;
using System.Text.Json.Nodes;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Bench;

/// <summary>One new week of a live forecast beside the whole window from its 140 ciphertexts: the paper's network, one thread, all in memory.</summary>
internal static class LiveRun
{
    private const int LiveRepeats = 21, FullRepeats = 5;

    public static JsonObject Measure()
    {
        var network = PaperNetwork.Create();
        var (live, full) = (Compile(network, CircuitForm.Live), Compile(network, CircuitForm.Herd));
        var (liveMs, fullMs) = (LiveMilliseconds(live), FullMilliseconds(full));
        return new JsonObject
        {
            ["unit"] = "median milliseconds, one thread, the paper's network, all slots",
            ["machine"] = Machine.Cpu,
            ["vectorBits"] = Machine.VectorBits,
            ["live"] = Math.Round(liveMs, 2),
            ["herd"] = Math.Round(fullMs, 2),
            ["ratio"] = Math.Round(fullMs / liveMs, 1),
            ["transforms"] = new JsonObject { ["live"] = live.Report.Transforms, ["herd"] = full.Report.Transforms },
            ["scalarProducts"] = new JsonObject { ["live"] = live.Report.ScalarProducts, ["herd"] = full.Report.ScalarProducts },
            ["rememberedBytes"] = live.Report.RememberedBytes,
            ["uploadBytes"] = new JsonObject { ["live"] = live.Report.UploadBytes, ["herd"] = full.Report.UploadBytes },
        };
    }

    private static double LiveMilliseconds(CompiledCircuit circuit)
    {
        using var secret = SecretKey.Generate(circuit.Plan.CreateParameters());
        var runner = new LiveCircuitRunner(circuit, secret.Parameters, new KeyGenerator(secret).CreateRelinearizationKeys());
        var kept = new List<IReadOnlyList<Ciphertext>>();
        var point = Inputs(circuit.Plan, secret);
        void Step()
        {
            var step = runner.Run(point, wanted => wanted.Age <= kept.Count ? kept[^wanted.Age][wanted.Kept] : null);
            kept.Add(step.Kept);
            if (kept.Count > runner.Memory.Depth) kept.RemoveAt(0);
        }

        for (var i = 0; i < circuit.Plan.TimePoints; i++) Step();
        return Median(LiveRepeats, Step);
    }

    private static double FullMilliseconds(CompiledCircuit circuit)
    {
        using var secret = SecretKey.Generate(circuit.Plan.CreateParameters());
        var runner = new CkksCircuitRunner(circuit, secret.Parameters, new KeyGenerator(secret).CreateRelinearizationKeys());
        var inputs = Inputs(circuit.Plan, secret);
        runner.Run(inputs);
        return Median(FullRepeats, () => runner.Run(inputs));
    }

    private static CompiledCircuit Compile(Network network, CircuitForm form) => CircuitCompiler.Compile(network, new CompilerOptions { Form = form });

    private static Ciphertext[] Inputs(CircuitPlan plan, SecretKey secret)
    {
        var (encoder, encryptor, random) = (new CkksEncoder(secret.Parameters), new SymmetricEncryptor(secret), new Random(1));
        return [.. Enumerable.Range(0, plan.InputCiphertexts).Select(_ => encryptor.Encrypt(encoder.Encode(
            Enumerable.Range(0, plan.SlotCount).Select(_ => random.NextDouble()).ToArray(), plan.InputScale, plan.InputLevel)))];
    }

    private static double Median(int repeats, Action run)
    {
        var times = new double[repeats];
        for (var i = 0; i < repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        return times[repeats / 2];
    }
}
