using FheOrleans.Networks.Layers;

namespace FheOrleans.Networks.Tests.Support;

/// <summary>The toy example of the circuit notes: the paper's shape with round numbers, 64 time points, cyclic.</summary>
internal static class Toy
{
    public const int Points = 64;

    public static double X(int feature, int t) => (7 * t + 3 * feature + t * t / 5) % 11 / 10.0;

    public static double W(int d, int feature) => ((3 * d + 5 * feature + d * feature) % 7 - 3) / 5.0;

    public static double V(int j) => ((5 * j + 3) % 9 - 4) / 5.0;

    public static Network Network { get; } = new(
        20,
        7,
        new Conv1D(0, 5, 1, 1, [.. from d in Enumerable.Range(0, 5) from f in Enumerable.Range(0, 7) select W(d, f), -0.35]),
        new Activation(1, PolynomialActivation.Sigmoid3),
        new Dense(2, 1, [.. Enumerable.Range(0, 16).Select(V), 0.2]),
        new Activation(3, PolynomialActivation.Sigmoid3));

    /// <summary>The series repeated, so that windows may run over the end of the 64 points as in a cyclic vector.</summary>
    public static WindowSet Windows(int count = Points)
    {
        var points = new double[2 * Points * 7];
        for (var t = 0; t < 2 * Points; t++)
        {
            for (var f = 0; f < 7; f++) points[t * 7 + f] = X(f, t % Points);
        }
        return new WindowSet(points, 7, 20, [.. Enumerable.Range(0, count)]);
    }

    /// <summary>The network up to a value before its last layers.</summary>
    public static Network Without(int lastLayers)
    {
        var layers = Network.Layers.AsSpan()[..^lastLayers];
        return new Network(20, 7, layers);
    }
}
