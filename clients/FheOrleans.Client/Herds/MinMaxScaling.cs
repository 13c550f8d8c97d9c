using System.Collections.Immutable;

namespace FheOrleans.Client.Herds;

/// <summary>Maps each input to 0..1 by the smallest and largest value of the training part, and a forecast back to kg.</summary>
/// <param name="Names">Names of the inputs; the first is what is forecast.</param>
/// <param name="Minimum">Smallest training value of each input.</param>
/// <param name="Maximum">Largest training value of each input, at least the minimum.</param>
/// <param name="WhenNeverMeasured">Mean training value of each input: stands where an animal has no earlier measurement.</param>
public sealed record MinMaxScaling(
    ImmutableArray<string> Names, ImmutableArray<double> Minimum, ImmutableArray<double> Maximum, ImmutableArray<double> WhenNeverMeasured)
{
    /// <summary>Number of inputs.</summary>
    public int Features => Names.Length;

    /// <summary>Kg per unit of the normalised target.</summary>
    public double TargetRange => Maximum[0] - Minimum[0];

    /// <summary>Whether both map every value to the same number.</summary>
    internal bool HasSameRanges(MinMaxScaling other) => Minimum.SequenceEqual(other.Minimum) && Maximum.SequenceEqual(other.Maximum)
        && WhenNeverMeasured.SequenceEqual(other.WhenNeverMeasured);

    /// <summary>An input in 0..1. Values outside the training range are clipped; an input that never varied in training is 0.</summary>
    /// <param name="feature">Index of the input.</param>
    /// <param name="value">The value in its own unit; NaN for never measured.</param>
    public double Normalize(int feature, double value)
    {
        var (low, high) = (Minimum[feature], Maximum[feature]);
        if (double.IsNaN(value)) value = WhenNeverMeasured[feature];
        return high > low ? Math.Clamp((value - low) / (high - low), 0, 1) : 0;
    }

    /// <summary>
    /// A target in normalised units, never clipped: an error against it is the error in kg divided by <see cref="TargetRange"/>.
    /// </summary>
    /// <param name="kilograms">The yield in kg.</param>
    public double NormalizeTarget(double kilograms) => TargetRange > 0 ? (kilograms - Minimum[0]) / TargetRange : 0;

    /// <summary>A forecast in kg.</summary>
    /// <param name="normalized">The forecast in normalised units; not limited to 0..1.</param>
    public double ToKilograms(double normalized) => Minimum[0] + normalized * TargetRange;
}
