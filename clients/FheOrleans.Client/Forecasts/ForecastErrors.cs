using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Forecasts;

/// <summary>How far forecasts are from what came.</summary>
/// <param name="Mse">Mean squared error, normalised units.</param>
/// <param name="Mae">Mean absolute error, normalised units.</param>
/// <param name="Mape">Mean absolute error in percent of the real yield, over windows whose real yield is above 0.</param>
/// <param name="R2">Share of the variance explained: 1 - sum of squared errors / sum of squared deviations from the mean.</param>
/// <param name="MaeKilograms">Mean absolute error, kg.</param>
public sealed record ForecastErrors(double Mse, double Mae, double Mape, double R2, double MaeKilograms)
{
    /// <summary>Errors of forecasts in the network's units.</summary>
    /// <param name="normalized">One forecast for each window.</param>
    /// <param name="part">The windows, with targets.</param>
    /// <param name="scaling">The scaling.</param>
    public static ForecastErrors OfNormalized(IReadOnlyList<double> normalized, HerdPart part, MinMaxScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(normalized);
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(scaling);
        if (part.TargetKilograms is not { } targets) throw new ArgumentException("These windows lie in the future: there is nothing to compare with.", nameof(part));
        if (normalized.Count != targets.Length) throw new ArgumentException($"{normalized.Count} forecasts for {targets.Length} windows.", nameof(normalized));

        double squared = 0, absolute = 0, relative = 0, variance = 0;
        var relativeCount = 0;
        var mean = targets.Average();
        for (var i = 0; i < targets.Length; i++)
        {
            // In kg: an error of the clipped or scaled kind would flatter whoever clips.
            var error = scaling.ToKilograms(normalized[i]) - targets[i];
            squared += error * error;
            absolute += Math.Abs(error);
            variance += (targets[i] - mean) * (targets[i] - mean);
            if (targets[i] <= 0) continue;
            relative += Math.Abs(error) / targets[i];
            relativeCount++;
        }
        var range = scaling.TargetRange > 0 ? scaling.TargetRange : 1;
        return new(
            squared / targets.Length / (range * range),
            absolute / targets.Length / range,
            relativeCount == 0 ? 0 : 100 * relative / relativeCount,
            variance > 0 ? 1 - squared / variance : 0,
            absolute / targets.Length);
    }

    /// <summary>Errors of the naive forecast: the same as last time.</summary>
    /// <param name="part">The windows, with targets.</param>
    /// <param name="scaling">The scaling.</param>
    public static ForecastErrors OfNaive(HerdPart part, MinMaxScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(part);
        ArgumentNullException.ThrowIfNull(scaling);
        return OfNormalized([.. part.LastKilograms.Select(scaling.NormalizeTarget)], part, scaling);
    }
}
