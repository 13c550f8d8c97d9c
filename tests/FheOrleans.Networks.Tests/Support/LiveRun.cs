using FheOrleans.Ckks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Networks.Tests.Support;

/// <summary>Series put through live circuits point by point, with the kept ciphertexts held as a server holds them.</summary>
internal static class LiveRun
{
    /// <summary>
    /// The forecasts of all animals after each point, on clear vectors. Animal a's series begins in row a of the windows' table, so that one
    /// table gives as many different series as wanted.
    /// </summary>
    public static double[][] Clear(CompiledCircuit circuit, WindowSet series, int animals, int points)
    {
        var runner = new ClearLiveRunner(circuit);
        var packer = new LivePacker(circuit.Plan);
        return [.. Enumerable.Range(0, points).Select(point =>
        {
            var result = runner.Run(packer.Pack(Rows(series, animals, point)));
            return Enumerable.Range(0, animals).Select(place => packer.Forecast(result, place)).ToArray();
        })];
    }

    /// <summary>The same on ciphertexts.</summary>
    public static double[][] Encrypted(CompiledCircuit circuit, WindowSet series, int animals, int points)
    {
        using var owner = new EncryptedRun(circuit);
        var runner = new LiveCircuitRunner(circuit, owner.Parameters, owner.RelinearizationKeys, owner.GaloisKeys);
        var packer = new LivePacker(circuit.Plan);
        var kept = new List<IReadOnlyList<Ciphertext>>();
        var forecasts = new double[points][];
        for (var point = 0; point < points; point++)
        {
            var now = point;
            Ciphertext[] encrypted = [.. packer.Pack(Rows(series, animals, point)).Select(owner.Encrypt)];
            var step = runner.Run(encrypted, wanted => now < wanted.Age ? null : kept[now - wanted.Age][wanted.Kept]);
            kept.Add(step.Kept);
            Assert.Equal(circuit.Plan.OutputLevel, step.Forecast.Level);
            Assert.Equal(circuit.Plan.OutputScale, step.Forecast.Scale);
            var slots = Array.ConvertAll(owner.Decrypt(step.Forecast), slot => slot.Real);
            forecasts[point] = [.. Enumerable.Range(0, animals).Select(place => packer.Forecast(slots, place))];
        }
        return forecasts;
    }

    /// <summary>How far the live forecasts are from the network's own, over all animals and all points with a whole window.</summary>
    public static double LargestDifference(Network network, WindowSet series, double[][] forecasts)
    {
        var expected = network.PredictBatch(series);
        var largest = 0.0;
        for (var point = network.TimePoints - 1; point < forecasts.Length; point++)
        {
            for (var animal = 0; animal < forecasts[point].Length; animal++)
                largest = Math.Max(largest, Math.Abs(forecasts[point][animal] - expected[animal + point - network.TimePoints + 1]));
        }
        return largest;
    }

    private static double[]?[] Rows(WindowSet series, int animals, int point) =>
        [.. Enumerable.Range(0, animals).Select(animal => series.Points.AsSpan((animal + point) * series.Features, series.Features).ToArray())];
}
