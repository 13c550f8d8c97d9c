using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Networks.Tests.Contract;

/// <summary>The paper's network in every form, on ciphertexts, against the original formula with unrounded weights.</summary>
public class EncryptedFormTests(ITestOutputHelper output)
{
    // Bounds beside the largest errors that native SEAL showed over many trials (circuit notes, sections 3.5 to 5).
    [Theory]
    [InlineData("series-fast", 1e-4)]
    [InlineData("series-complex", 5e-6)]
    [InlineData("polyphase-7", 1e-6)]
    [InlineData("polyphase-4-complex", 5e-6)]
    [InlineData("polyphase-4-complex-fast", 1e-4)]
    [InlineData("herd-keyless", 1e-5)]
    public void Run_PaperNetwork_ForecastsWithinPredictedError(string form, double bound)
    {
        // Two strips of series, or one batch of a herd.
        var windows = Herds.Walks(11, 7, 20, form.StartsWith("herd", StringComparison.Ordinal) ? 1000 : 6000);
        var network = PaperNetwork.Create(seed: 7).WithMeans(windows);
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions { Form = CircuitForm.Parse(form) });
        output.WriteLine($"{circuit.Report}");
        var expected = network.PredictBatch(windows);
        Assert.InRange(ClearRun.LargestDifference(expected, ClearRun.Predict(circuit, windows)), 0, 1e-12);

        using var owner = new EncryptedRun(circuit);
        var actual = owner.Predict(windows);
        var largest = ClearRun.LargestDifference(expected, actual);
        var rms = ClearRun.RootMeanSquareDifference(expected, actual);
        output.WriteLine($"largest error {largest:0.0e+0}, rms {rms:0.0e+0}");
        Assert.InRange(largest, 0, circuit.Plan.PredictedError);
        Assert.InRange(rms, circuit.Report.PredictedErrorRms / 30, circuit.Report.PredictedErrorRms * 1.5);
        Assert.InRange(largest, 0, bound);
    }
}
