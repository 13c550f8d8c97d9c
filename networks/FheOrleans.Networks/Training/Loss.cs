namespace FheOrleans.Networks.Training;

/// <summary>What training makes small: a function of one forecast's error, averaged over windows.</summary>
public sealed record Loss
{
    private Loss(double delta) => Delta = delta;

    /// <summary>e^2: forecasts the mean.</summary>
    public static Loss MeanSquaredError { get; } = new(double.PositiveInfinity);

    /// <summary>The error at which squaring turns into the absolute value; positive infinity for the mean squared error.</summary>
    public double Delta { get; }

    /// <summary>
    /// e^2 / (2 delta) up to |e| = delta, then |e| - delta / 2: forecasts nearly the median, and outliers weigh no more than others.
    /// </summary>
    /// <param name="delta">Where the two halves meet; above 0 and finite. The gradient is clip(e, -delta, delta) / delta.</param>
    /// <exception cref="ArgumentOutOfRangeException">Delta is not above 0 and finite.</exception>
    public static Loss Huber(double delta) => delta > 0 && double.IsFinite(delta)
        ? new Loss(delta)
        : throw new ArgumentOutOfRangeException(nameof(delta), delta, "It must be above 0 and finite.");

    internal double Value(double error)
    {
        var size = Math.Abs(error);
        if (double.IsPositiveInfinity(Delta)) return error * error;
        return size <= Delta ? error * error / (2 * Delta) : size - Delta / 2;
    }

    internal double Gradient(double error) => double.IsPositiveInfinity(Delta) ? 2 * error : Math.Clamp(error, -Delta, Delta) / Delta;
}
