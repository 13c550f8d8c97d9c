namespace FheOrleans.Networks;

/// <summary>Polynomials as coefficients, constant term first.</summary>
internal static class Polynomial
{
    public static double Evaluate(ReadOnlySpan<double> coefficients, double x)
    {
        var value = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--) value = value * x + coefficients[i];
        return value;
    }

    public static double Derivative(ReadOnlySpan<double> coefficients, double x)
    {
        var value = 0.0;
        for (var i = coefficients.Length - 1; i >= 1; i--) value = value * x + i * coefficients[i];
        return value;
    }

    /// <summary>An upper bound of |p| on [-bound, bound], by the triangle inequality.</summary>
    public static double Bound(ReadOnlySpan<double> coefficients, double bound)
    {
        var value = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--) value = value * bound + Math.Abs(coefficients[i]);
        return value;
    }

    /// <summary>An upper bound of |p'| on [-bound, bound], by the triangle inequality.</summary>
    public static double SlopeBound(ReadOnlySpan<double> coefficients, double bound)
    {
        var value = 0.0;
        for (var i = coefficients.Length - 1; i >= 1; i--) value = value * bound + i * Math.Abs(coefficients[i]);
        return value;
    }
}
