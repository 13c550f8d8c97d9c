using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Tests.Support;
using FheOrleans.Tests;
using Xunit.Abstractions;

namespace FheOrleans.Networks.Tests.KnownAnswer;

/// <summary>The reference models: encrypted forecasts of the recorded inputs are the recorded forecasts.</summary>
public class ZooReferenceTests(ITestOutputHelper output)
{
    [SharedDataFact]
    public void Load_AllReferences_AreThere() => Assert.Equal(9, ZooReference.Names.Count());

    [SharedDataTheory]
    [InlineData(CircuitLayout.Herd)]
    [InlineData(CircuitLayout.Series)]
    public void Decrypt_AllReferences_EqualRecordedForecasts(CircuitLayout layout)
    {
        foreach (var name in ZooReference.Names)
        {
            var reference = ZooReference.Load(name);
            var circuit = CircuitCompiler.Compile(reference.Network, new CompilerOptions { Layout = layout });
            var clear = reference.Forecasts(reference.Network.PredictBatch(reference.Windows));
            using var owner = new EncryptedRun(circuit);
            var decrypted = reference.Forecasts(owner.Predict(reference.Windows));

            // An error e of the network's output moves a forecast by its own size times e at most (u is scaled down by 4 in the square
            // models), so kilograms are compared relative to their size; the clear recipe itself must agree to rounding.
            var ofRecipe = Relative(reference.Recorded, clear);
            var ofEncryption = Relative(clear, decrypted);
            output.WriteLine($"{name} {layout}: recipe {ofRecipe:0.0e+0}, encryption {ofEncryption:0.0e+0}, predicted {circuit.Plan.PredictedError:0.0e+0}, N {circuit.Plan.PolynomialDegree}");
            Assert.InRange(ofEncryption, 0, circuit.Plan.PredictedError);
            Assert.InRange(Relative(reference.Recorded, decrypted), 0, 1e-6);
        }
    }

    private static double Relative(double[] expected, double[] actual) => expected.Zip(actual, (e, a) => Math.Abs(a - e) / Math.Max(1, Math.Abs(e))).Max();
}
