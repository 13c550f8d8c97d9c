using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Layers;
using FheOrleans.Networks.Tests.Support;
using FheOrleans.Networks.Training;

namespace FheOrleans.Networks.Tests.Property;

/// <summary>The packer's law: packed, run in the clear and unpacked, every wanted window has its network's forecast.</summary>
public class WindowPackerPropertyTests
{
    private const ulong FirstSeed = 20261121;

    [Theory]
    [InlineData("herd")]
    [InlineData("series")]
    [InlineData("series-complex")]
    [InlineData("polyphase-2")]
    [InlineData("polyphase-3-complex")]
    [InlineData("polyphase-7")]
    public void Unpack_RandomRunsOfAnimals_IsTheNetworkForEveryWindow(string form)
    {
        var network = new Network(
            5, 2, new Conv1D(0, 2, 1, 1, [0.5, -0.3, 0.2, 0.7, 0.1]), new Activation(1, PolynomialActivation.Sigmoid3), new Dense(2, 1, [0.4, -0.6, 0.3, 0.9, 0.2]));
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions { Form = CircuitForm.Parse(form) });
        for (var seed = FirstSeed; seed < FirstSeed + (ulong)(3 * RandomNetworks.Effort); seed++)
        {
            var windows = Windows(new SeededRandom(seed), circuit.Plan);
            var largest = ClearRun.LargestDifference(network.PredictBatch(windows), ClearRun.Predict(circuit, windows));
            Assert.True(largest <= 1e-12, $"Seed {seed}: {windows.Count} windows of {windows.Rows} rows differ by {largest:0.0e+0}.");
        }
    }

    [Theory]
    [InlineData("series-complex")]
    [InlineData("polyphase-2-complex")]
    public void Unpack_EveryWindowOfALongSeries_CrossesWhereTheHalvesOverlap(string form)
    {
        var network = LinearModel.Create([0.5, -0.25, 0.125], 0);
        network = new Network(3, 1, network.Layers.AsSpan());
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions { Form = CircuitForm.Parse(form) });

        // One batch to its last place, and one window more.
        var count = circuit.Plan.WindowsPerBatch + 1;
        var windows = Herds.Walks(7, 1, 3, count);
        var packer = new Execution.WindowPacker(circuit.Plan, windows);
        Assert.Equal((2, count - 1, 1), (packer.BatchCount, packer.WindowsIn(0), packer.WindowsIn(1)));
        Assert.InRange(ClearRun.LargestDifference(network.PredictBatch(windows), ClearRun.Predict(circuit, windows)), 0, 1e-12);
    }

    /// <summary>Unbroken runs of some length one after another, windows inside them, some left out, long gaps, any order.</summary>
    private static WindowSet Windows(SeededRandom random, CircuitPlan plan)
    {
        var starts = new List<int>();
        var rows = 0;
        var wanted = 1 + random.NextInt32(3 * plan.SlotCount);
        while (rows < wanted)
        {
            var run = plan.TimePoints + random.NextInt32(400);
            var keep = 1 + random.NextInt32(4);
            for (var start = rows; start <= rows + run - plan.TimePoints; start++)
            {
                if (random.NextInt32(keep) == 0) starts.Add(start);
            }
            rows += run + (random.NextInt32(20) == 0 ? random.NextInt32(2 * plan.StripLength) : 0);
        }
        var points = new double[(rows + plan.TimePoints) * plan.Features];
        for (var i = 0; i < points.Length; i++) points[i] = random.NextSymmetric(1);
        int[] order = [.. starts];
        for (var i = order.Length - 1; i > 0; i--)
        {
            var other = random.NextInt32(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
        return new WindowSet(points, plan.Features, plan.TimePoints, order);
    }
}
