using System.Diagnostics;
using System.Text.Json.Nodes;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Bench;

/// <summary>One new week of a live forecast, in both forms, beside the whole window from its 140 ciphertexts: the paper's network, one thread, all in memory.</summary>
internal static class LiveRun
{
    private const int LiveRepeats = 21, FullRepeats = 5;

    public static JsonObject Measure()
    {
        var network = PaperNetwork.Create();
        var (live, packed, full) = (Compile(network, CircuitForm.Live), Compile(network, CircuitForm.LivePacked), Compile(network, CircuitForm.Herd));
        var (liveMs, packedMs, fullMs) = (LiveMilliseconds(live), LiveMilliseconds(packed), FullMilliseconds(full));
        JsonObject Each(Func<CircuitReport, long> number) =>
            new() { ["live"] = number(live.Report), ["live-packed"] = number(packed.Report), ["herd"] = number(full.Report) };
        return new JsonObject
        {
            ["unit"] = "median milliseconds, one thread, the paper's network, all slots",
            ["machine"] = Machine.Cpu,
            ["vectorBits"] = Machine.VectorBits,
            ["live"] = Math.Round(liveMs, 2),
            ["live-packed"] = Math.Round(packedMs, 2),
            ["herd"] = Math.Round(fullMs, 2),
            ["ratio"] = Math.Round(fullMs / liveMs, 1),
            ["places"] = new JsonObject { ["live"] = live.Plan.WindowsPerBatch, ["live-packed"] = packed.Plan.WindowsPerBatch },
            ["transforms"] = Each(report => report.Transforms),
            ["scalarProducts"] = Each(report => report.ScalarProducts),
            ["rememberedBytes"] = Each(report => report.RememberedBytes),
            ["uploadBytes"] = Each(report => report.UploadBytes),
            ["keyBytes"] = Each(report => report.KeyBytes),
        };
    }

    private static double LiveMilliseconds(CompiledCircuit circuit)
    {
        using var secret = SecretKey.Generate(circuit.Plan.CreateParameters());
        var generator = new KeyGenerator(secret);
        var galois = circuit.Plan.NeedsGaloisKeys ? generator.CreateGaloisKeys(circuit.Plan.RotationSteps) : null;
        var runner = new LiveCircuitRunner(circuit, secret.Parameters, generator.CreateRelinearizationKeys(), galois);
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
