using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Networks.Tests.Property;

/// <summary>The law of live circuits: point by point they forecast what the network forecasts from the whole window.</summary>
public class LiveCircuitTests(ITestOutputHelper output)
{
    private const ulong FirstSeed = 20261127;

    [Theory]
    [InlineData("live")]
    [InlineData("live-packed")]
    public void ClearLive_RandomNetworksAndSeries_IsTheNetworkOnceAWindowIsFull(string form)
    {
        const int Animals = 7;
        const int Steps = 9;
        var (refused, tried, count) = (0, 0, 60 * RandomNetworks.Effort);
        for (var i = 0; i < count; i++)
        {
            var seed = FirstSeed + (ulong)i;
            var random = new RandomNetworks(seed);
            var network = random.Next(activations: 3);
            var series = random.Windows(network, Animals + Steps);
            CompiledCircuit circuit;
            try
            {
                circuit = CircuitCompiler.Compile(
                    network, new CompilerOptions { Form = CircuitForm.Parse(form), EncryptLastActivation = i % 2 == 0, TargetError = 1e-4 });
            }
            catch (CircuitCompilationException)
            {
                refused++;
                continue;
            }
            tried++;
            var forecasts = LiveRun.Clear(circuit, series, Animals, network.TimePoints + Steps);
            var largest = LiveRun.LargestDifference(network, series, forecasts);
            var scale = 1 + network.PredictBatch(series).Max(Math.Abs);
            Assert.True(largest <= 1e-12 * scale, $"Seed {seed}: differs by {largest:0.0e+0} of {scale:0.0}.\n{network.Describe()}");
            if (form == "live") Assert.Empty(circuit.Plan.RotationSteps);
            Assert.InRange(circuit.Program.Memory.Depth, 0, network.TimePoints - 1);
        }
        output.WriteLine($"{tried} networks from seed {FirstSeed}; {refused} refused");
        Assert.True(refused < count / (form == "live" ? 4 : 2), "Too many networks are refused.");
    }

    [Theory]
    [InlineData("live")]
    [InlineData("live-packed")]
    public void EncryptedLive_RandomSeriesOfThePapersNetwork_IsWithin1e5OfTheNetwork(string form)
    {
        for (var seed = FirstSeed; seed < FirstSeed + (ulong)RandomNetworks.Effort; seed++)
        {
            var network = PaperNetwork.Create(seed: seed);
            var series = Herds.Walks(seed, 7, 20, 100 + 8);
            var circuit = CircuitCompiler.Compile(network, new CompilerOptions { Form = CircuitForm.Parse(form) });
            var largest = LiveRun.LargestDifference(network, series, LiveRun.Encrypted(circuit, series, animals: 100, points: 22));
            output.WriteLine($"seed {seed}: largest error {largest:0.0e+0}, predicted {circuit.Plan.PredictedError:0.0e+0}");
            Assert.True(largest <= Math.Min(1e-5, circuit.Plan.PredictedError), $"Seed {seed}: differs by {largest:0.0e+0}.");
        }
    }
}
