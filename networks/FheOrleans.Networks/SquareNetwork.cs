using FheOrleans.Networks.Layers;

namespace FheOrleans.Networks;

/// <summary>
/// Quadratic units beside a linear path that skips them: u = sum over f of v[f] * act(W[f] x + b[f]) + q x + c. Two levels when encrypted.
/// </summary>
public static class SquareNetwork
{
    /// <summary>act(z) = 0.5 z + 0.25 z^2, the activation of the published reference models.</summary>
    public static PolynomialActivation ReferenceActivation { get; } = PolynomialActivation.Quadratic(0.25, 0.5, 0);

    /// <summary>Makes it over one time point.</summary>
    /// <param name="hiddenWeights">W: a row of inputs for each unit.</param>
    /// <param name="hiddenBiases">b: one for each unit.</param>
    /// <param name="outputWeights">v: one for each unit.</param>
    /// <param name="skipWeights">q: one for each input.</param>
    /// <param name="bias">c.</param>
    /// <param name="activation">What each unit is put through; <see cref="ReferenceActivation"/> if null.</param>
    /// <exception cref="NetworkFormatException">Sizes do not agree, or a number is not finite.</exception>
    public static Network Create(
        IReadOnlyList<double[]> hiddenWeights,
        ReadOnlySpan<double> hiddenBiases,
        ReadOnlySpan<double> outputWeights,
        ReadOnlySpan<double> skipWeights,
        double bias,
        PolynomialActivation? activation = null)
    {
        ArgumentNullException.ThrowIfNull(hiddenWeights);
        var (units, inputs) = (hiddenWeights.Count, skipWeights.Length);
        if (units == 0) throw new NetworkFormatException("hidden weights", "no units", "at least one");
        if (hiddenBiases.Length != units) throw new NetworkFormatException("hidden biases", $"{hiddenBiases.Length}", $"{units}");
        if (outputWeights.Length != units) throw new NetworkFormatException("output weights", $"{outputWeights.Length}", $"{units}");
        var hidden = new List<double>();
        foreach (var row in hiddenWeights)
        {
            if (row is null || row.Length != inputs) throw new NetworkFormatException("hidden weights", $"a row of {row?.Length ?? 0}", $"{inputs}");
            hidden.AddRange(row);
        }
        hidden.AddRange(hiddenBiases);
        return new Network(
            1,
            inputs,
            new Dense(0, units, [.. hidden]),
            new Activation(1, activation ?? ReferenceActivation),
            new Dense(2, 1, [.. outputWeights, bias]),
            new Dense(0, 1, [.. skipWeights, 0]),
            new Sum(3, 4));
    }
}
