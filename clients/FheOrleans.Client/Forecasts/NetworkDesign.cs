using FheOrleans.Networks;
using FheOrleans.Networks.Layers;
using FheOrleans.Networks.Training;

namespace FheOrleans.Client.Forecasts;

/// <summary>The untrained networks that <c>farm train</c> and <c>farm demo</c> start from.</summary>
public static class NetworkDesign
{
    /// <summary>The names known: paper, linear, square.</summary>
    public static IReadOnlyList<string> Names { get; } = ["paper", "linear", "square"];

    /// <summary>Makes an untrained network.</summary>
    /// <param name="name">
    /// <c>paper</c>: convolution, cubic sigmoid, dense, cubic sigmoid (3 levels). <c>linear</c>: one weight for each number of a window
    /// (1 level). <c>square</c>: four squared units beside a linear path (2 levels). The last two start as the naive forecast, so that
    /// training can only improve on it where there is something to learn.
    /// </param>
    /// <param name="timePoints">Points in a window.</param>
    /// <param name="features">Inputs at each point; the first is what is forecast.</param>
    /// <param name="seed">Draws the weights.</param>
    /// <exception cref="ArgumentException">The name is not known.</exception>
    /// <exception cref="NetworkFormatException">A size is out of range.</exception>
    public static Network Create(string name, int timePoints, int features, ulong seed) => name switch
    {
        "paper" => PaperNetwork.Create(timePoints, features, seed),
        "linear" => new(timePoints, features, new Dense(0, 1, LastYield(timePoints, features))),
        "square" => Square(timePoints, features, seed),
        _ => throw new ArgumentException($"There is no network '{name}'. Networks are {string.Join(", ", Names)}.", nameof(name)),
    };

    private static Network Square(int timePoints, int features, ulong seed)
    {
        const int Units = 4;
        var random = new SeededRandom(seed);
        var inputs = timePoints * features;
        double[] Draw(int weights, int biases, double bound) => [.. Enumerable.Range(0, weights).Select(_ => random.NextSymmetric(bound)), .. new double[biases]];
        return new(
            timePoints,
            features,
            new Dense(0, Units, Draw(Units * inputs, Units, Math.Sqrt(6.0 / (inputs + Units)))),
            new Activation(1, SquareNetwork.ReferenceActivation),
            new Dense(2, 1, Draw(Units, 1, 0.1 * Math.Sqrt(6.0 / (Units + 1)))),
            new Dense(0, 1, LastYield(timePoints, features)),
            new Sum(3, 4));
    }

    /// <summary>Weights of "the same as last time": 1 on the last point's first input, 0 elsewhere, and no bias.</summary>
    private static double[] LastYield(int timePoints, int features)
    {
        var weights = new double[timePoints * features + 1];
        weights[(timePoints - 1) * features] = 1;
        return weights;
    }
}
