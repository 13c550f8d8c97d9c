namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Functions that the runtime takes from the platform's mathematical library, which may round the last bit differently. The compiler must
/// give the same circuit everywhere, so they are made here of additions, products, quotients and square roots, which IEEE 754 fixes.
/// </summary>
internal static class ExactMath
{
    /// <summary>The real cube root, of the sign of <paramref name="value"/>; correct to about one unit in the last place.</summary>
    public static double Cbrt(double value)
    {
        if (value == 0) return 0;
        var size = Math.Abs(value);

        // size = m 2^(3e) with m in [0.5, 4); from 1, eight Newton steps x + (m / x^2 - x) / 3 reach full precision on that range.
        var exponent = (int)Math.Floor((Math.ILogB(size) + 1) / 3.0);
        var m = Math.ScaleB(size, -3 * exponent);
        var x = 1.0;
        for (var i = 0; i < 8; i++) x += (m / (x * x) - x) / 3;
        return Math.ScaleB(value < 0 ? -x : x, exponent);
    }

    /// <summary>The square root of a^2 + b^2; for sizes whose squares neither overflow nor vanish.</summary>
    public static double Hypot(double a, double b) => Math.Sqrt(a * a + b * b);

    /// <summary>The smallest n with 2^n at least <paramref name="value"/>, which is above 0.</summary>
    public static int CeilingLog2(double value)
    {
        var floor = Math.ILogB(value);
        return Math.ScaleB(1, floor) == value ? floor : floor + 1;
    }
}
