using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Networks.Tests.Property;

/// <summary>The compiler's law: for any network, the circuit computes what the network computes.</summary>
public class RandomNetworkTests(ITestOutputHelper output)
{
    private const ulong FirstSeed = 20261120;

    [Theory]
    [InlineData(CircuitLayout.Herd)]
    [InlineData(CircuitLayout.Series)]
    public void ClearCircuit_RandomNetworks_IsTheNetwork(CircuitLayout layout)
    {
        var refused = new Dictionary<CircuitRefusal, int>();
        var count = 150 * RandomNetworks.Effort;
        for (var i = 0; i < count; i++)
        {
            var seed = FirstSeed + (ulong)i;
            var random = new RandomNetworks(seed);
            var network = random.Next(activations: 3);
            var windows = random.Windows(network, 50);
            if (TryCompile(network, layout, i % 2 == 0, refused) is not { } circuit) continue;
            var expected = network.PredictBatch(windows);
            var largest = ClearRun.LargestDifference(expected, ClearRun.Predict(circuit, windows));
            var scale = 1 + expected.Max(Math.Abs);
            Assert.True(largest <= 1e-12 * scale, $"Seed {seed}: differs by {largest:0.0e+0} of {scale:0.0}.\n{network.Describe()}");
        }
        output.WriteLine($"{count} networks from seed {FirstSeed}; refused: {string.Join(", ", refused.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.True(refused.Values.Sum() < count / 4, "Too many networks are refused.");
    }

    [Theory]
    [InlineData(CircuitLayout.Herd)]
    [InlineData(CircuitLayout.Series)]
    public void EncryptedCircuit_RandomNetworks_IsWithinPredictedError(CircuitLayout layout)
    {
        var (tried, wanted) = (0, 4 * RandomNetworks.Effort);
        for (var seed = FirstSeed; tried < wanted; seed++)
        {
            var random = new RandomNetworks(seed);
            var network = random.Next(activations: 2);
            var windows = random.Windows(network, 200);

            // Those that need large rings, or very many ciphertexts, are left to the clear backend: this is about the engine's arithmetic.
            if (TryCompile(network, layout, seed % 2 == 0, []) is not { Plan: { PolynomialDegree: <= 8192, InputCiphertexts: <= 40 } plan } circuit) continue;
            if (circuit.Report.Multiplications is 0 or > 40) continue;
            tried++;
            using var owner = new EncryptedRun(circuit);
            var largest = ClearRun.LargestDifference(network.PredictBatch(windows), owner.Predict(windows));
            output.WriteLine($"seed {seed}: largest error {largest:0.0e+0}, predicted {plan.PredictedError:0.0e+0}; {circuit.Report.Parameters}");
            Assert.True(largest <= plan.PredictedError, $"Seed {seed}: error {largest:0.0e+0}, predicted {plan.PredictedError:0.0e+0}.\n{network.Describe()}");
        }
    }

    private static CompiledCircuit? TryCompile(Network network, CircuitLayout layout, bool encryptLast, Dictionary<CircuitRefusal, int> refused)
    {
        try
        {
            return CircuitCompiler.Compile(network, new CompilerOptions { Layout = layout, EncryptLastActivation = encryptLast, TargetError = 1e-4 });
        }
        catch (CircuitCompilationException error)
        {
            refused[error.Refusal] = refused.GetValueOrDefault(error.Refusal) + 1;
            return null;
        }
    }
}
