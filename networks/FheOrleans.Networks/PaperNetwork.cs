using FheOrleans.Networks.Layers;
using FheOrleans.Networks.Training;

namespace FheOrleans.Networks;

/// <summary>
/// The network of "Fully Homomorphically Encrypted Deep Learning as a Service" (Onoufriou, Mayfield, Leontidis 2021): a convolution of
/// kernel 5 with one filter, the cubic sigmoid, a dense layer to one value, the cubic sigmoid again.
/// </summary>
public static class PaperNetwork
{
    /// <summary>The convolution's kernel.</summary>
    public const int Kernel = 5;

    /// <summary>Makes the network with random weights, ready to be trained.</summary>
    /// <param name="timePoints">Points in a window, at least 5. The paper has 20.</param>
    /// <param name="features">Numbers at each point. The paper has 7.</param>
    /// <param name="seed">Draws the weights; the same ones on every machine.</param>
    /// <remarks>
    /// The sigmoid's slope is at most 0.197, twice in a row, so narrow start weights hardly pass the signal on and training stays near the
    /// mean; wide ones start beyond 4.05, where the cubic falls, and never return. These are 1.5 times as wide as Glorot and Bengio's
    /// (2010) uniform rule, which on weekly herd records learned from all of 24 seeds; 2.5 times as wide, three of them got stuck.
    /// </remarks>
    /// <exception cref="NetworkFormatException">A size is out of range.</exception>
    public static Network Create(int timePoints = 20, int features = 7, ulong seed = 1)
    {
        if (timePoints < Kernel) throw new NetworkFormatException("time points", $"{timePoints}", $"at least {Kernel}, the kernel");
        if (features < 1) throw new NetworkFormatException("features", $"{features}", "at least 1");
        var random = new SeededRandom(seed);
        return new Network(
            timePoints,
            features,
            new Conv1D(0, Kernel, 1, 1, Draw(random, Kernel * features)),
            new Activation(1, PolynomialActivation.Sigmoid3),
            new Dense(2, 1, Draw(random, timePoints - Kernel + 1)),
            new Activation(3, PolynomialActivation.Sigmoid3));
    }

    /// <summary>One row of weights, and a bias of 0.</summary>
    private static double[] Draw(SeededRandom random, int weights)
    {
        var bound = 1.5 * Math.Sqrt(6.0 / (weights + 1));
        var parameters = new double[weights + 1];
        for (var i = 0; i < weights; i++) parameters[i] = random.NextSymmetric(bound);
        return parameters;
    }
}
