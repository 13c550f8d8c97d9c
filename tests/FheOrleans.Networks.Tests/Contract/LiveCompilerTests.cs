using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using FheOrleans.Networks.Layers;
using FheOrleans.Networks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Networks.Tests.Contract;

public class LiveCompilerTests(ITestOutputHelper output)
{
    private static CompiledCircuit Compile(Network network, CircuitLayout layout = CircuitLayout.Live) =>
        CircuitCompiler.Compile(network, new CompilerOptions { Layout = layout });

    [Fact]
    public void Compile_PaperNetwork_RemembersFourPartialSumsAndFifteenActivations()
    {
        var circuit = Compile(PaperNetwork.Create());
        output.WriteLine(circuit.Report.ToString());
        var memory = circuit.Program.Memory;
        Assert.Equal([1, 1, 1, 1, 15], memory.Kept.Select(kept => kept.Runs).Order());
        Assert.Equal(4 + 15, memory.Recalled.Length);
        Assert.Equal(4 + 15, memory.Count);

        // Partial sums at the level of inputs, activations two levels below, unrescaled.
        Assert.All(memory.Kept.Where(kept => kept.Runs == 1), kept => Assert.Equal(circuit.Plan.InputLevel, kept.Level));
        Assert.Equal(circuit.Plan.InputLevel - 2, memory.Kept.Single(kept => kept.Runs == 15).Level);
    }

    [Fact]
    public void Compile_PaperNetwork_HasTheSeriesParametersAndNeedsRelinearizationKeysOnly()
    {
        var (live, series) = (Compile(PaperNetwork.Create()).Plan, Compile(PaperNetwork.Create(), CircuitLayout.Series).Plan);
        Assert.Equal<ulong>(series.Primes, live.Primes);
        Assert.Equal(series.InputScale, live.InputScale);
        Assert.Equal<int>([50, 50, 36, 26, 50], live.ModulusBits);
        Assert.True(live.NeedsRelinearizationKeys);
        Assert.Empty(live.RotationSteps);
        Assert.Equal(7, live.InputCiphertexts);
        Assert.Equal(4096, live.WindowsPerBatch);
        Assert.True(live.PredictedError <= series.PredictedError, "Without rotations there is less noise.");
    }

    [Fact]
    public void Compile_PaperNetwork_CostsLessThanATenthOfAWholeWindow()
    {
        // The full computation from 140 ciphertexts: the herd layout, folded as far as it goes.
        var (live, full) = (Compile(PaperNetwork.Create()).Report, Compile(PaperNetwork.Create(), CircuitLayout.Herd).Report);
        Assert.Equal((51, 2, 2, 3), (live.ScalarProducts, live.Multiplications, live.KeySwitches, live.Rescales));
        Assert.InRange(10 * live.ScalarProducts, 0, full.ScalarProducts);
        Assert.InRange(10 * live.Transforms, 0, full.Transforms);
        Assert.InRange(10 * live.Rescales, 0, full.Rescales);
        Assert.InRange(10 * live.UploadBytes, 0, full.UploadBytes);
    }

    [Fact]
    public void CompilePacked_PaperNetwork_TakesOneCiphertextAndThreeRotationsMore()
    {
        var circuit = CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions { Form = CircuitForm.LivePacked });
        output.WriteLine(circuit.Report.ToString());
        var (plan, report, live) = (circuit.Plan, circuit.Report, Compile(PaperNetwork.Create()));
        Assert.Equal((1, 512), (plan.InputCiphertexts, plan.WindowsPerBatch));
        Assert.Equal<int>([512, 1024, 2048], plan.RotationSteps);
        Assert.Equal<ulong>(live.Plan.Primes, plan.Primes);
        Assert.Equal(live.Report.UploadBytes, 7 * report.UploadBytes);
        Assert.Equal(live.Report.RememberedBytes, report.RememberedBytes);
        Assert.Equal((5 + 16, 3, 2, 3), (report.ScalarProducts, report.Rotations, report.Relinearizations, report.Rescales));
        Assert.InRange(plan.PredictedError, live.Plan.PredictedError, 1e-5);
        Assert.Equal(plan, CircuitPlan.FromJson(plan.ToJson()));
    }

    [Theory]
    [InlineData(1, 4096, 0)]
    [InlineData(2, 2048, 1)]
    [InlineData(5, 512, 3)]
    [InlineData(8, 512, 3)]
    public void CompilePacked_SomeFeatures_CutsSlotsIntoAPowerOfTwoOfBlocks(int features, int places, int rotations)
    {
        var plan = CircuitCompiler.Compile(PaperNetwork.Create(20, features), new CompilerOptions { Form = CircuitForm.LivePacked }).Plan;
        Assert.Equal((places, rotations), (plan.WindowsPerBatch, plan.RotationSteps.Length));
    }

    [Fact]
    public void CompilePacked_WhatItCannotServe_RefusesAndSaysWhatCan()
    {
        CircuitCompilationException Refused(Network network, double error = 1e-5) => Assert.Throws<CircuitCompilationException>(
            () => CircuitCompiler.Compile(network, new CompilerOptions { Form = CircuitForm.LivePacked, TargetError = error }));
        var random = new Training.SeededRandom(9);
        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSymmetric(0.1))];
        var wide = new Network(20, 2, new Dense(0, 16, Draw(16 * 41)), new Activation(1, PolynomialActivation.Square), new Dense(2, 1, Draw(17)));
        var refusals = new[] { Refused(wide), Refused(PaperNetwork.Create(), 1e-6) };
        Assert.Equal([CircuitRefusal.TooLarge, CircuitRefusal.NotPreciseEnough], refusals.Select(refusal => refusal.Refusal));
        Assert.All(refusals, refusal => Assert.Contains("Use the form live.", refusal.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Compile_TrailingWeightsOfZero_StillForecastsFromTheWindowThatEndsNow()
    {
        // The newest two activations and the newest tap weigh nothing: everything is read later, nothing earlier.
        double[] conv = [.. Enumerable.Range(0, 4).Select(i => 0.3 - 0.1 * i), 0, 0, 0.1];
        double[] dense = [.. Enumerable.Range(0, 6).Select(j => 0.2 * (j - 2)), 0, 0, -0.3];
        var network = new Network(
            10, 2, new Conv1D(0, 3, 1, 1, conv), new Activation(1, PolynomialActivation.Sigmoid3), new Dense(2, 1, dense), new Activation(3, PolynomialActivation.Sigmoid3));
        var series = Herds.Walks(5, 2, 10, 30);
        var forecasts = LiveRun.Clear(Compile(network), series, animals: 12, points: 20);
        Assert.InRange(LiveRun.LargestDifference(network, series, forecasts), 0, 1e-12);
    }

    [Fact]
    public void Compile_MoreToRememberThanAllowed_RefusesAsTooLarge()
    {
        var random = new Training.SeededRandom(9);
        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSymmetric(0.1))];
        var network = new Network(
            100, 1, new Conv1D(0, 2, 8, 1, Draw(8 * 3)), new Activation(1, PolynomialActivation.Square), new Dense(2, 1, Draw(8 * 99 + 1)));
        var refusal = Assert.Throws<CircuitCompilationException>(() => Compile(network));
        Assert.Equal(CircuitRefusal.TooLarge, refusal.Refusal);
        Assert.Contains("512", refusal.Message);
    }

    [Fact]
    public void Plan_Json_RoundTrips()
    {
        var plan = Compile(PaperNetwork.Create()).Plan;
        Assert.Equal(plan, CircuitPlan.FromJson(plan.ToJson()));
    }

    [Fact]
    public void WindowPacker_LivePlan_Throws() => Assert.Throws<ArgumentException>(
        () => new WindowPacker(Compile(PaperNetwork.Create()).Plan, Herds.Walks(1, 7, 20, 3)));

    [Fact]
    public void LivePacker_BadPoints_Throw()
    {
        var packer = new LivePacker(Compile(PaperNetwork.Create()).Plan);
        Assert.Throws<NetworkFormatException>(() => packer.Pack([[0, 0, 0, 0, 0, 0, 9]]));
        Assert.Throws<NetworkFormatException>(() => packer.Pack([[0, 0, 0, 0, 0, 0, double.NaN]]));
        Assert.Throws<ArgumentException>(() => packer.Pack([[0, 0]]));
        Assert.Throws<ArgumentException>(() => packer.Pack(new double[]?[4097]));
    }

    [Fact]
    public void LivePacker_Packed_PutsEachFeatureInItsBlock()
    {
        var packer = new LivePacker(CircuitCompiler.Compile(PaperNetwork.Create(20, 3), new CompilerOptions { Form = CircuitForm.LivePacked }).Plan);
        Assert.Equal(1024, packer.Places);
        var vector = Assert.Single(packer.Pack([[1, 2, 3], null, [4, 5, 6]]));
        Assert.Equal([1, 0, 4], vector[..3]);
        Assert.Equal([2, 0, 5], vector[1024..1027]);
        Assert.Equal([3, 0, 6], vector[2048..2051]);
        Assert.Equal(21, vector.Sum());
        Assert.Throws<ArgumentException>(() => packer.Pack(new double[]?[1025]));
    }
}
