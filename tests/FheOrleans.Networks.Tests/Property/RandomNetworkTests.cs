using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Networks.Tests.Property;

/// <summary>The compiler's law: for any network, the circuit computes what the network computes.</summary>
public class RandomNetworkTests(ITestOutputHelper output)
{
    private const ulong FirstSeed = 20261120;

    // At most this part of the random networks may be refused: a complex form has no squares, and the key-less one no second layer.
    [Theory]
    [InlineData("herd", 0.25)]
    [InlineData("herd-fast", 0.25)]
    [InlineData("herd-keyless", 0.8)]
    [InlineData("series", 0.25)]
    [InlineData("series-fast", 0.25)]
    [InlineData("series-complex", 0.8)]
    [InlineData("polyphase-2", 0.25)]
    [InlineData("polyphase-5-fast", 0.25)]
    [InlineData("polyphase-3-complex", 0.8)]
    [InlineData("polyphase-20-complex-fast", 0.8)]
    public void ClearCircuit_RandomNetworks_IsTheNetwork(string form, double mayRefuse)
    {
        var refused = new Dictionary<CircuitRefusal, int>();
        var count = (CircuitForm.Parse(form).Phases > 3 ? 15 : 40) * RandomNetworks.Effort;
        for (var i = 0; i < count; i++)
        {
            var seed = FirstSeed + (ulong)i;
            var random = new RandomNetworks(seed);
            var network = random.Next(activations: 3);
            var windows = random.Windows(network, 50);
            if (TryCompile(network, CircuitForm.Parse(form), i % 2 == 0, refused) is not { } circuit) continue;
            var expected = network.PredictBatch(windows);
            var largest = ClearRun.LargestDifference(expected, ClearRun.Predict(circuit, windows));
            var scale = 1 + expected.Max(Math.Abs);
            Assert.True(largest <= 1e-12 * scale, $"Seed {seed}: differs by {largest:0.0e+0} of {scale:0.0}.\n{network.Describe()}");
        }
        output.WriteLine($"{count} networks from seed {FirstSeed}; refused: {string.Join(", ", refused.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.True(refused.Values.Sum() <= count * mayRefuse, "Too many networks are refused.");
    }

    [Theory]
    [InlineData("herd")]
    [InlineData("herd-keyless")]
    [InlineData("series")]
    [InlineData("polyphase-3")]
    [InlineData("series-complex")]
    [InlineData("polyphase-2-complex-fast")]
    public void EncryptedCircuit_RandomNetworks_IsWithinPredictedError(string form)
    {
        var (tried, wanted) = (0, 2 * RandomNetworks.Effort);
        for (var seed = FirstSeed; tried < wanted; seed++)
        {
            var random = new RandomNetworks(seed);
            var network = random.Next(activations: 2);
            var windows = random.Windows(network, 200);

            // Those that need large rings, or very many ciphertexts, are left to the clear backend: this is about the engine's arithmetic.
            if (TryCompile(network, CircuitForm.Parse(form), seed % 2 == 0, []) is not { Plan: { PolynomialDegree: <= 8192, InputCiphertexts: <= 40 } plan } circuit) continue;
            if (circuit.Report.Multiplications is 0 or > 40) continue;
            tried++;
            using var owner = new EncryptedRun(circuit);
            var largest = ClearRun.LargestDifference(network.PredictBatch(windows), owner.Predict(windows));
            output.WriteLine($"seed {seed}: largest error {largest:0.0e+0}, predicted {plan.PredictedError:0.0e+0}; {circuit.Report.Parameters}");
            Assert.True(largest <= plan.PredictedError, $"Seed {seed}: error {largest:0.0e+0}, predicted {plan.PredictedError:0.0e+0}.\n{network.Describe()}");
        }
    }

    private static CompiledCircuit? TryCompile(Network network, CircuitForm form, bool encryptLast, Dictionary<CircuitRefusal, int> refused)
    {
        try
        {
            return CircuitCompiler.Compile(network, new CompilerOptions { Form = form, EncryptLastActivation = encryptLast, TargetError = form.IsFast ? 1e-2 : 1e-4 });
        }
        catch (CircuitCompilationException error)
        {
            refused[error.Refusal] = refused.GetValueOrDefault(error.Refusal) + 1;
            return null;
        }
    }
}
