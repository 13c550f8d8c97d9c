using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Layers;
using FheOrleans.Networks.Tests.Support;
using FheOrleans.Networks.Training;
using Xunit.Abstractions;

namespace FheOrleans.Networks.Tests.Contract;

/// <summary>Circuits on real ciphertexts, at the parameters the compiler chooses: the clear forecast comes back within the predicted error.</summary>
public class EncryptedCircuitTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(CircuitLayout.Series, 4077, 1e-6)]
    [InlineData(CircuitLayout.Herd, 4096, 1e-7)]
    public void Run_PaperNetwork_ForecastsWithinPredictedError(CircuitLayout layout, int windows, double bound)
    {
        var network = PaperNetwork.Create(seed: 7);
        Check(network, new CompilerOptions { Layout = layout }, Herds.Walks(11, 7, 20, windows), bound);
    }

    [Theory]
    [InlineData(CircuitLayout.Series)]
    [InlineData(CircuitLayout.Herd)]
    public void Run_LinearModel_ForecastsWithinPredictedError(CircuitLayout layout)
    {
        var network = LinearModel.Create([0.0846, 0.0132, 0.1782, 0.1624, 0.9855, -0.1960, 0.0496, 0, -0.0238, 0.0322, 0.0192], -0.1524);
        var circuit = Check(network, new CompilerOptions { Layout = layout }, Herds.Walks(12, 11, 1, 3000), 1e-7);
        Assert.Equal(4096, circuit.Plan.PolynomialDegree);
    }

    [Fact]
    public void Run_ManyUnitsOverAWindow_SharesRotationsAndForecastsWithinPredictedError()
    {
        // Six squared units and a linear path over 20 points of one feature: one after another they would rotate 7 x 19 times.
        var random = new SeededRandom(14);
        double[] Draw(int count, double bound) => [.. Enumerable.Range(0, count).Select(_ => random.NextSymmetric(bound))];
        var network = new Network(
            20,
            1,
            new Dense(0, 6, Draw(6 * 21, 0.3)),
            new Activation(1, SquareNetwork.ReferenceActivation),
            new Dense(2, 1, Draw(7, 1)),
            new Dense(0, 1, Draw(21, 0.3)),
            new Sum(3, 4));
        var circuit = Check(network, new CompilerOptions { Layout = CircuitLayout.Series }, Herds.Walks(15, 1, 20, 1000), 1e-6);
        Assert.InRange(circuit.Report.Rotations, 1, 60);
    }

    [Fact]
    public void Run_SeveralFiltersStridesAndLayers_ForecastsWithinPredictedError()
    {
        var random = new SeededRandom(16);
        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSymmetric(0.4))];
        var network = new Network(
            12,
            3,
            new Conv1D(0, 3, 2, 2, Draw(2 * 10)),
            new Activation(1, PolynomialActivation.Quadratic(0.3, 1, 0)),
            new Conv1D(2, 2, 3, 1, Draw(3 * 5)),
            new Activation(3, PolynomialActivation.Sigmoid3),
            new Dense(4, 2, Draw(2 * 13)),
            new Dense(5, 1, Draw(3)),
            new Activation(6, PolynomialActivation.Sigmoid3));
        Check(network, new CompilerOptions { Layout = CircuitLayout.Series }, Herds.Walks(17, 3, 12, 500), 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_ProductsOfDifferentDepthOrKindInOneSum_ForecastsWithinPredictedError(bool cubic)
    {
        // A square of a square beside a square of inputs, all folded: one scale by name, two levels. Beside a cubic: two scales.
        var shallow = cubic ? PolynomialActivation.Sigmoid3 : PolynomialActivation.Square;
        var network = new Network(
            1,
            2,
            new Dense(0, 1, [0.5, -0.5, 0.1]),
            new Activation(1, PolynomialActivation.Square),
            new Dense(2, 1, [0.7, 0.2]),
            new Activation(3, PolynomialActivation.Square),
            new Dense(0, 1, [0.6, 0.3, -0.2]),
            new Activation(5, shallow),
            new Dense(4, 1, [-0.8, 0]),
            new Dense(6, 1, [0.9, 0.1]),
            new Sum(7, 8));
        Check(network, new CompilerOptions { Layout = CircuitLayout.Herd }, Herds.Walks(18, 2, 1, 500), 1e-5);
    }

    [Fact]
    public void Run_LastActivationEncrypted_ForecastsWithinPredictedError()
    {
        var options = new CompilerOptions { Layout = CircuitLayout.Series, EncryptLastActivation = true };
        var circuit = Check(PaperNetwork.Create(8, 2, seed: 5), options, Herds.Walks(13, 2, 8, 500), 1e-6);
        Assert.Equal(new double[] { 0, 1 }, circuit.Plan.Epilogue);
    }

    private CompiledCircuit Check(Network network, CompilerOptions options, WindowSet windows, double bound)
    {
        var circuit = CircuitCompiler.Compile(network, options);
        var expected = network.PredictBatch(windows);
        Assert.True(ClearRun.LargestDifference(expected, ClearRun.Predict(circuit, windows)) < 1e-12, "The clear circuit is not the network.");

        using var owner = new EncryptedRun(circuit);
        var actual = owner.Predict(windows);
        var largest = ClearRun.LargestDifference(expected, actual);
        var rms = ClearRun.RootMeanSquareDifference(expected, actual);
        output.WriteLine($"{circuit.Report}largest error {largest:0.0e+0}, rms {rms:0.0e+0}");
        Assert.InRange(largest, 0, circuit.Plan.PredictedError);

        // The noise model takes typical values at the upper end: it may be kind to nobody, and should not be useless.
        Assert.InRange(rms, circuit.Report.PredictedErrorRms / 30, circuit.Report.PredictedErrorRms * 1.5);
        Assert.InRange(largest, 0, bound);
        return circuit;
    }
}
