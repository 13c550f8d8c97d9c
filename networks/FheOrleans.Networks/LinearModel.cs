using FheOrleans.Networks.Layers;

namespace FheOrleans.Networks;

/// <summary>The smallest network: forecast = bias + sum of weight * input. One level when encrypted.</summary>
public static class LinearModel
{
    /// <summary>Makes it over one time point of as many features as there are weights.</summary>
    /// <exception cref="NetworkFormatException">There are no weights, too many, or one is not finite.</exception>
    public static Network Create(ReadOnlySpan<double> weights, double bias)
    {
        if (weights.IsEmpty) throw new NetworkFormatException("weights", "none", "at least one");
        return new Network(1, weights.Length, new Dense(0, 1, [.. weights, bias]));
    }
}
