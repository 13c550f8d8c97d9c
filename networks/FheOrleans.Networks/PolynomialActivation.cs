using System.Collections.Immutable;

namespace FheOrleans.Networks;

/// <summary>
/// A polynomial used as an activation: the only kind a ciphertext can be put through. It states where it is meant to be used and how far it
/// is there from the function it stands for.
/// </summary>
public sealed record PolynomialActivation
{
    /// <summary>Makes an activation.</summary>
    /// <param name="name">What to call it in descriptions: 1 to 40 characters.</param>
    /// <param name="coefficients">Constant term first; degree 1 to 15, the leading one not zero.</param>
    /// <param name="interval">|x| it is meant for: positive, or positive infinity where it needs no bound.</param>
    /// <param name="maximumError">Largest distance from the function it stands for, on that interval; 0 if it stands for itself.</param>
    /// <exception cref="NetworkFormatException">A value is out of range.</exception>
    public PolynomialActivation(string name, ReadOnlySpan<double> coefficients, double interval, double maximumError)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length is 0 or > 40 || name.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new NetworkFormatException("activation name", "another text", "1 to 40 printable ASCII characters");
        if (coefficients.Length is < 2 or > Limits.MaximumDegree + 1)
            throw new NetworkFormatException("activation", $"{coefficients.Length} coefficients", $"2 to {Limits.MaximumDegree + 1}");
        foreach (var value in coefficients)
        {
            if (!double.IsFinite(value) || Math.Abs(value) > Limits.LargestParameter)
            {
                throw new NetworkFormatException(
                    "activation", "a coefficient that is not finite or too large", $"at most {Limits.LargestParameter} in size");
            }
        }
        if (coefficients[^1] == 0) throw new NetworkFormatException("activation", "a leading coefficient of 0", "another value");
        if (double.IsNaN(interval) || interval <= 0) throw new NetworkFormatException("activation interval", "not positive", "more than 0");
        if (!double.IsFinite(maximumError) || maximumError < 0)
            throw new NetworkFormatException("activation maximum error", "not a size", "0 or more");
        Name = name;
        Coefficients = [.. coefficients];
        Interval = interval;
        MaximumError = maximumError;
    }

    /// <summary>
    /// 0.5 + 0.197 x - 0.004 x^3, the sigmoid of Chen et al. that the paper uses. It rises only for |x| below sqrt(0.197 / 0.012), about
    /// 4.05, where it is at most 0.0511 from the logistic function.
    /// </summary>
    public static PolynomialActivation Sigmoid3 { get; } = new("sigmoid3", [0.5, 0.197, 0, -0.004], Math.Sqrt(0.197 / 0.012), 0.0511);

    /// <summary>x^2.</summary>
    public static PolynomialActivation Square { get; } = new("square", [0, 0, 1], double.PositiveInfinity, 0);

    /// <summary>a x^2 + b x + c.</summary>
    /// <exception cref="NetworkFormatException">a is 0, or a coefficient is not finite.</exception>
    public static PolynomialActivation Quadratic(double a, double b, double c) => new("quadratic", [c, b, a], double.PositiveInfinity, 0);

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>Constant term first.</summary>
    public ImmutableArray<double> Coefficients { get; }

    /// <summary>|x| it is meant for; positive infinity where it needs no bound.</summary>
    public double Interval { get; }

    /// <summary>Largest distance from the function it stands for, on the interval.</summary>
    public double MaximumError { get; }

    /// <summary>The highest power.</summary>
    public int Degree => Coefficients.Length - 1;

    /// <summary>Its value.</summary>
    public double Evaluate(double x) => Polynomial.Evaluate(Coefficients.AsSpan(), x);

    /// <summary>Its slope.</summary>
    public double Derivative(double x) => Polynomial.Derivative(Coefficients.AsSpan(), x);

    /// <summary>
    /// Whether it only rises or only falls on its interval (on -1000 to 1000 where that has no bound): then value and argument tell the same.
    /// </summary>
    public bool IsMonotone
    {
        get
        {
            const int Samples = 1000;
            var reach = Math.Min(Interval, 1000);
            var (lowest, highest) = (double.PositiveInfinity, double.NegativeInfinity);
            for (var i = -Samples; i <= Samples; i++)
            {
                var slope = Derivative(reach * i / Samples);
                (lowest, highest) = (Math.Min(lowest, slope), Math.Max(highest, slope));
            }

            // At the ends of the interval the slope may be zero, and then comes out as a rounding error of either sign.
            var tolerance = 1e-9 * Math.Max(Math.Abs(lowest), Math.Abs(highest));
            return lowest >= -tolerance || highest <= tolerance;
        }
    }

    /// <summary>Equal names, coefficients, intervals and errors.</summary>
    public bool Equals(PolynomialActivation? other) =>
        other is not null && Name == other.Name && Interval.Equals(other.Interval) && MaximumError.Equals(other.MaximumError)
        && Coefficients.AsSpan().SequenceEqual(other.Coefficients.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Coefficients.Length, Interval, Coefficients[^1]);
}
