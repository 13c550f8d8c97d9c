using FheOrleans.Ckks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Layers;
using FheOrleans.Networks.Tests.Support;

namespace FheOrleans.Networks.Tests.Contract;

/// <summary>What the compiler chooses, counts and refuses.</summary>
public class CircuitCompilerTests
{
    [Fact]
    public void Compile_PaperSeries_IsPresetS4()
    {
        var circuit = CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions { Layout = CircuitLayout.Series });
        var (plan, report) = (circuit.Plan, circuit.Report);
        Assert.Equal(8192, plan.PolynomialDegree);
        Assert.Equal([50, 50, 36, 26, 50], plan.ModulusBits.ToArray());

        // The primes that SEAL 4.4.3 picks for these sizes (circuit notes, section 3.2).
        Assert.Equal([1125899905744897, 1125899906629633, 68719230977, 67043329, 1125899906826241], plan.Primes.ToArray());
        Assert.Equal(Math.ScaleB(1, 34), plan.InputScale);
        Assert.Equal(Math.ScaleB(1, 43), plan.OutputScale);
        Assert.Equal([1, 4], plan.RotationSteps.ToArray());
        Assert.Equal((7, 4077, 3, 0), (plan.InputCiphertexts, plan.WindowsPerBatch, plan.InputLevel, plan.OutputLevel));
        Assert.Equal([0.5, 0.197, 0, -0.004], plan.Epilogue.ToArray());

        // Four rotations of the convolution, two relinearizations, six rotations of the dense layer; 242 transforms.
        Assert.Equal((3, 3, 10, 2), (report.Levels, report.Rescales, report.Rotations, report.Relinearizations));
        Assert.Equal((35 + 16, 242L), (report.ScalarProducts, report.Transforms));
        Assert.Equal(7 * 262_338, report.UploadBytes);
        Assert.Equal(131_185, report.ResultBytes);
    }

    [Fact]
    public void Compile_PaperHerd_FoldsTheDenseLayerAway()
    {
        var circuit = CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions { Layout = CircuitLayout.Herd });
        var (plan, report) = (circuit.Plan, circuit.Report);
        Assert.Equal(8192, plan.PolynomialDegree);
        Assert.Empty(plan.RotationSteps);
        Assert.Equal((140, 4096), (plan.InputCiphertexts, plan.WindowsPerBatch));

        // 16 convolutions of 35 weights and no product with a dense weight; 16 squares and one sum of products relinearized.
        Assert.Equal((560, 17, 560L), (report.ScalarProducts, report.Relinearizations, report.Transforms));
        Assert.All(plan.ModulusBits, bits => Assert.InRange(bits, 20, 50));

        // A few inputs at a time are added to the sums of the five positions that read them, and let go: 140 would be 73 MB.
        Assert.InRange(report.PeakBytes, 1, 9_000_000);
    }

    [Theory]
    [InlineData(CircuitLayout.Herd)]
    [InlineData(CircuitLayout.Series)]
    public void Compile_LinearModel_TakesOneLevelAndTheSmallRing(CircuitLayout layout)
    {
        var circuit = CircuitCompiler.Compile(LinearModel.Create([0.5, 0, -0.25], 1), new CompilerOptions { Layout = layout });
        Assert.Equal((4096, 1), (circuit.Plan.PolynomialDegree, circuit.Report.Levels));
        Assert.False(circuit.Plan.NeedsRelinearizationKeys);
        Assert.Equal((2, 0, 0L), (circuit.Report.ScalarProducts, circuit.Report.KeySwitches, circuit.Report.KeyBytes));
        Assert.DoesNotContain(circuit.Program.Instructions, i => i.Operation == Operation.Input && i.Argument == 1);
    }

    [Fact]
    public void Compile_SquareNetworkWithSkip_TakesTwoLevelsAndOneRelinearization()
    {
        var network = SquareNetwork.Create([[0.1, 0.2], [0.3, -0.2], [0.1, 0.1]], [0.5, -0.5, 0], [0.3, -0.3, 0.1], [0.1, 0.2], 0.2);
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions { Layout = CircuitLayout.Herd });
        Assert.Equal((2, 1, 3), (circuit.Report.Levels, circuit.Report.Relinearizations, circuit.Report.Multiplications));

        // 3 x 2 hidden weights, then the skip path's two at the lower level; the output weights are folded into the squares.
        Assert.Equal(8, circuit.Report.ScalarProducts);
        Assert.Equal(2, circuit.Program.Instructions.Single(i => i is { Operation: Operation.Combine, Level: 1 }).Operands.Length);
    }

    [Fact]
    public void Compile_TargetErrorOutOfReachOfSmallRing_TakesTheLargerOne()
    {
        var network = LinearModel.Create([0.5, -0.25], 1);
        Assert.Equal(8192, CircuitCompiler.Compile(network, new CompilerOptions { TargetError = 5e-9 }).Plan.PolynomialDegree);
    }

    [Fact]
    public void Compile_Twice_GivesTheSameCircuit()
    {
        var options = new CompilerOptions { Layout = CircuitLayout.Herd };
        var (first, second) = (CircuitCompiler.Compile(PaperNetwork.Create(), options), CircuitCompiler.Compile(PaperNetwork.Create(), options));
        Assert.Equal(first.Plan, second.Plan);
        Assert.Equal(first.Report, second.Report);
        Assert.Equal(Text(first), Text(second));
    }

    [Fact]
    public void Compile_ReadAgainFromJson_GivesTheSameCircuit()
    {
        var network = PaperNetwork.Create(seed: 9);
        var again = Network.FromJson(network.ToJson());
        Assert.Equal(
            Text(CircuitCompiler.Compile(network, new CompilerOptions())),
            Text(CircuitCompiler.Compile(again, new CompilerOptions())));
    }

    [Fact]
    public void Compile_LastActivationThatTurns_StaysEncrypted()
    {
        // A square says less than its argument: leaving it to the client would show the sign.
        var network = new Network(1, 2, new Dense(0, 1, [0.5, 0.5, 0]), new Activation(1, PolynomialActivation.Square));
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions());
        Assert.Equal([0, 1], circuit.Plan.Epilogue.Select(c => (int)c));
        Assert.Equal(1, circuit.Report.Multiplications);
    }

    [Fact]
    public void Compile_LinearLayersInARow_TakeOneLevel()
    {
        var network = new Network(6, 1, new Conv1D(0, 3, 1, 1, [1, 2, 3, 0.5]), new Dense(1, 2, [1, 1, 1, 1, 2, 2, 2, 2, 0, 0]), new Dense(2, 1, [1, -1, 0]));
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions());
        Assert.Equal(1, circuit.Report.Levels);
    }

    [Fact]
    public void Compile_ExplicitParameters_AreTaken()
    {
        var options = new CompilerOptions { Layout = CircuitLayout.Herd, Parameters = new ExplicitParameters(8192, [44, 40, 40, 40, 50], 40, 40, 40) };
        var plan = CircuitCompiler.Compile(PaperNetwork.Create(), options).Plan;
        Assert.Equal([44, 40, 40, 40, 50], plan.ModulusBits.ToArray());
        Assert.Equal(Math.ScaleB(1, 40), plan.InputScale);
        Assert.InRange(plan.PredictedError, 0, 1e-6);
    }

    [Fact]
    public void Compile_ExplicitParametersTooShort_IsRefusedWithNumbers()
    {
        var options = new CompilerOptions { Parameters = new ExplicitParameters(8192, [50, 50, 50], 34, 36, 43) };
        var error = Refused(PaperNetwork.Create(), options, CircuitRefusal.TooDeep);
        Assert.Equal((5, 3), (error.Needed, error.Available));
    }

    [Fact]
    public void Compile_ExplicitParametersOverTheSecurityBound_Throws()
    {
        var options = new CompilerOptions { Parameters = new ExplicitParameters(8192, [50, 50, 50, 50, 50], 34, 36, 43) };
        Assert.Throws<ParametersException>(() => CircuitCompiler.Compile(PaperNetwork.Create(), options));
    }

    [Fact]
    public void Compile_ManyActivations_TakesALargerRingUntilNoneIsLeft()
    {
        var shallow = CircuitCompiler.Compile(Deep(3), new CompilerOptions { EncryptLastActivation = true, TargetError = 1e-3 }).Plan;
        Assert.Equal(16384, shallow.PolynomialDegree);
        Assert.InRange(shallow.ModulusBits.Sum(), 1, 430);
        var error = Refused(Deep(30), new CompilerOptions(), CircuitRefusal.TooDeep);
        Assert.Equal(868, error.Available);
        Assert.True(error.Needed > error.Available);
        Assert.Contains("868", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_TargetErrorOutOfReach_IsRefusedWithTheErrorReached()
    {
        var error = Refused(PaperNetwork.Create(), new CompilerOptions { TargetError = 1e-12 }, CircuitRefusal.NotPreciseEnough);
        Assert.True(error.Needed > error.Available);
    }

    [Fact]
    public void Compile_WeightsFarTooLarge_IsRefused() =>
        Refused(LinearModel.Create([1e6, 1e6, 1e6, 1e6, 1e6, 1e6, 1e6, 1e6, 1e6, 1e6], 0), new CompilerOptions { InputBound = 1024 }, CircuitRefusal.Range);

    [Fact]
    public void Compile_DifferentStridesIntoASum_IsRefusedInSeriesOnly()
    {
        // 9 points: stride 2 gives positions 0, 2, 4 and stride 1 gives 0, 1, 2; slot by slot they cannot be added in the series layout.
        var network = new Network(
            5,
            1,
            new Conv1D(0, 1, 1, 2, [1, 0]),
            new Conv1D(0, 3, 1, 1, [1, 1, 1, 0]),
            new Sum(1, 2),
            new Dense(3, 1, [1, 2, 3, 0]));
        Refused(network, new CompilerOptions { Layout = CircuitLayout.Series }, CircuitRefusal.Layout);
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions { Layout = CircuitLayout.Herd });
        var windows = Herds.Walks(3, 1, 5, 40);
        Assert.InRange(ClearRun.LargestDifference(network.PredictBatch(windows), ClearRun.Predict(circuit, windows)), 0, 1e-12);
    }

    [Fact]
    public void Compile_TooManyKeySwitchesOrTerms_IsRefused()
    {
        // 4096 activations in each of three layers, in the herd layout: 20,481 key switches.
        double[] mixing = [.. Enumerable.Repeat(0.2, 16), 0, 0, 0, 0];
        var layers = new List<Layer>();
        for (var i = 0; i < 3; i++)
        {
            layers.Add(new Conv1D(2 * i, 1, 4, 1, mixing));
            layers.Add(new Activation(2 * i + 1, PolynomialActivation.Sigmoid3));
        }
        layers.Add(new Dense(6, 1, [.. Enumerable.Repeat(0.001, 4096), 0]));
        var error = Refused(new Network(1024, 4, [.. layers]), new CompilerOptions { Layout = CircuitLayout.Herd }, CircuitRefusal.TooLarge);
        Assert.Contains("20481", error.Message, StringComparison.Ordinal);

        // Fifty activations of one convolution's output: each folds the convolution's weights in its own way.
        var shared = new List<Layer> { new Conv1D(0, 64, 4, 1, [.. Enumerable.Repeat(0.01, 4 * 64 * 8), 0, 0, 0, 0]) };
        for (var i = 0; i < 50; i++) shared.Add(new Activation(1, PolynomialActivation.Quadratic(0.1 + i, 0.2, 0.3)));
        shared.Add(new Sum([.. Enumerable.Range(2, 50)]));
        shared.Add(new Dense(52, 1, new double[65 * 4 + 1].Select(_ => 0.1).ToArray()));
        Refused(new Network(128, 8, [.. shared]), new CompilerOptions { Layout = CircuitLayout.Herd }, CircuitRefusal.TooLarge);
    }

    [Fact]
    public void Compile_DegreeAboveThree_IsRefusedUnlessTheClientAppliesIt()
    {
        var quintic = new PolynomialActivation("quintic", [0.5, 0.2, 0, -0.004, 0, 0.0001], 3, 0.01);
        var last = new Network(1, 2, new Dense(0, 1, [1, 1, 0]), new Activation(1, quintic));
        Assert.Equal(6, CircuitCompiler.Compile(last, new CompilerOptions()).Plan.Epilogue.Length);
        Refused(last, new CompilerOptions { EncryptLastActivation = true }, CircuitRefusal.Degree);
    }

    [Fact]
    public void Compile_AllWeightsZero_IsRefused() => Refused(LinearModel.Create([0, 0], 3), new CompilerOptions(), CircuitRefusal.Constant);

    [Fact]
    public void Compile_OptionsOutOfRange_Throws()
    {
        Assert.Throws<ArgumentException>(() => CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions { TargetError = double.NaN }));
        Assert.Throws<ArgumentException>(() => CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions { InputBound = 0 }));
        Assert.Throws<ArgumentException>(() => CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions { Layout = (CircuitLayout)7 }));
    }

    [Fact]
    public void Report_ToString_NamesEveryFigure()
    {
        var text = CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions()).Report.ToString();
        Assert.Contains("{50,50,36,26,50} = 212 bits", text, StringComparison.Ordinal);
        Assert.Contains("1,836,366", text, StringComparison.Ordinal);
        Assert.Contains("predicted error", text, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Text(CompiledCircuit circuit) =>
        circuit.Program.Instructions.Select(i => $"{i with { Operands = [] }} {string.Join(", ", i.Operands)}");

    private static CircuitCompilationException Refused(Network network, CompilerOptions options, CircuitRefusal refusal)
    {
        var error = Assert.Throws<CircuitCompilationException>(() => CircuitCompiler.Compile(network, options));
        Assert.Equal(refusal, error.Refusal);
        return error;
    }

    /// <summary>One number through as many cubic sigmoids, each after a dense layer.</summary>
    private static Network Deep(int activations)
    {
        var layers = new List<Layer>();
        for (var i = 0; i < activations; i++)
        {
            layers.Add(new Dense(2 * i, 1, [2, -1]));
            layers.Add(new Activation(2 * i + 1, PolynomialActivation.Sigmoid3));
        }
        return new Network(1, 1, [.. layers]);
    }
}
