using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Tests.Support;
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
        output.WriteLine($"{circuit.Report}largest error {largest:0.0e+0}, rms {ClearRun.RootMeanSquareDifference(expected, actual):0.0e+0}");
        Assert.InRange(largest, 0, circuit.Plan.PredictedError);
        Assert.InRange(largest, 0, bound);
        return circuit;
    }
}
