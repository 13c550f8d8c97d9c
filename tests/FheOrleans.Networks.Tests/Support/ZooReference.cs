using System.Text.Json;
using FheOrleans.Tests;

namespace FheOrleans.Networks.Tests.Support;

/// <summary>A reference model with the inputs and forecasts recorded when it was made (weights from French records, MIT licence).</summary>
internal sealed class ZooReference
{
    private readonly JsonElement _test;
    private readonly Func<JsonElement, int, double, double> _forecast;

    private ZooReference(Network network, JsonElement test, Func<JsonElement, int, double, double> forecast)
    {
        (Network, _test, _forecast) = (network, test, forecast);
        double[][] inputs = [.. test.GetProperty("x").EnumerateArray().Select(Numbers)];
        Windows = new WindowSet([.. inputs.SelectMany(row => row)], inputs[0].Length, 1, [.. Enumerable.Range(0, inputs.Length)]);
        Recorded = Numbers(test.GetProperty("forecast"));
    }

    public static IEnumerable<string> Names =>
        Directory.GetFiles(SharedData.PathOf("zoo-reference"), "*.json").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    public Network Network { get; }

    public WindowSet Windows { get; }

    /// <summary>Kilograms of milk, as recorded.</summary>
    public double[] Recorded { get; }

    /// <summary>Kilograms from what the network gives: the clear part of the recipe.</summary>
    public double[] Forecasts(double[] outputs) => [.. outputs.Select((u, i) => _forecast(_test, i, u))];

    public static ZooReference Load(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf("zoo-reference", name)));
        var root = document.RootElement.Clone();
        var test = root.GetProperty("test");
        if (root.TryGetProperty("W", out var hidden))
        {
            var square = SquareNetwork.Create(
                [.. hidden.EnumerateArray().Select(Numbers)],
                Numbers(root.GetProperty("b")),
                Numbers(root.GetProperty("v")),
                Numbers(root.GetProperty("q")),
                root.GetProperty("c").GetDouble());
            return new ZooReference(square, test, (t, i, u) => Math.Exp(At(t, "mu", i) + At(t, "r", i) + Math.Clamp(u / 4, -1, 1)));
        }
        var linear = LinearModel.Create(Numbers(root.GetProperty("w")), root.GetProperty("b").GetDouble());
        if (!root.TryGetProperty("mean_factor", out var factor))
            return new ZooReference(linear, test, (t, i, u) => Math.Exp(Math.Log(At(t, "last", i)) + Math.Clamp(u, -1, 1)));
        return new ZooReference(linear, test, (t, i, u) => At(t, "known", i) + At(t, "curve_sum", i) * Math.Exp(u) * factor.GetDouble());
    }

    private static double At(JsonElement test, string name, int index) => test.GetProperty(name)[index].GetDouble();

    private static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetDouble())];
}
