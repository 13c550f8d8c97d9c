using FheOrleans.Networks.Training;

namespace FheOrleans.Client.Simulation;

/// <summary>One cow's lactation curve after Wood (1967): y(t) = a t^b exp(-c t), kg a day, t in days from calving.</summary>
internal readonly record struct LactationCurve(double LogA, double B, double C)
{
    /// <summary>Natural logarithm of the expected yield.</summary>
    public double LogYield(double day) => LogA + B * Math.Log(day) - C * day;
}

/// <summary>How lactation curves vary between lactations of one parity.</summary>
/// <remarks>
/// Mixed model on the logarithm of milk, French Prim'Holstein test days of the DairyHerdData records, 2,000 lactations per parity
/// class: means, standard deviations and correlations of (ln a, b, c). They are drawn jointly: the correlation of -0.9 between ln a
/// and b is what keeps peak yields realistic, and independent draws do not.
/// </remarks>
internal sealed class LactationCurveDistribution
{
    // Repeatability: residuals of lactation 1 against lactation 2 of the same cow correlate by 0.44 (same records).
    private const double SameCowCorrelation = 0.44;

    private static readonly LactationCurveDistribution First = new(19.39, 0.1069, 0.00185, 0.403, 0.113, 0.00129, -0.89, -0.62, 0.82);
    private static readonly LactationCurveDistribution Second = new(24.88, 0.1128, 0.00284, 0.400, 0.120, 0.00170, -0.89, -0.71, 0.87);
    private static readonly LactationCurveDistribution Later = new(25.33, 0.1269, 0.00325, 0.453, 0.144, 0.00191, -0.91, -0.73, 0.87);

    private readonly double _logA, _b, _c, _sdLogA, _sdB, _sdC;

    // Cholesky factor of the correlation matrix of (ln a, b, c), first column (1, l21, l31).
    private readonly double _l21, _l22, _l31, _l32, _l33;

    private LactationCurveDistribution(
        double a, double b, double c, double sdLogA, double sdB, double sdC, double correlationAB, double correlationAC,
        double correlationBC)
    {
        (_logA, _b, _c) = (Math.Log(a), b, c);
        (_sdLogA, _sdB, _sdC) = (sdLogA, sdB, sdC);
        (_l21, _l31) = (correlationAB, correlationAC);
        _l22 = Math.Sqrt(1 - _l21 * _l21);
        _l32 = (correlationBC - _l21 * _l31) / _l22;
        _l33 = Math.Sqrt(1 - _l31 * _l31 - _l32 * _l32);
    }

    /// <summary>The distribution of a parity (1, 2, 3 and above).</summary>
    public static LactationCurveDistribution OfParity(int parity) => parity switch { 1 => First, 2 => Second, _ => Later };

    /// <summary>Draws a lactation's curve.</summary>
    /// <param name="cow">Three standard normal numbers that belong to the cow: they tie her lactations together.</param>
    /// <param name="random">Gives what is special about this lactation.</param>
    public LactationCurve Draw((double, double, double) cow, SeededRandom random)
    {
        double Mix(double ofCow) => Math.Sqrt(SameCowCorrelation) * ofCow + Math.Sqrt(1 - SameCowCorrelation) * random.NextNormal();
        var (first, second, third) = (Mix(cow.Item1), Mix(cow.Item2), Mix(cow.Item3));
        return new(
            _logA + _sdLogA * first,
            _b + _sdB * (_l21 * first + _l22 * second),
            _c + _sdC * (_l31 * first + _l32 * second + _l33 * third));
    }
}
