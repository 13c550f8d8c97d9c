namespace FheOrleans.Ckks;

/// <summary>When a scale is possible, and when two are the same.</summary>
internal static class ScaleRules
{
    /// <summary>SEAL's tolerance: one unit in the last place of a double.</summary>
    private const double RelativeTolerance = 1.0 / (1L << 52);

    public static bool AreEqual(double left, double right) =>
        Math.Abs(left - right) <= RelativeTolerance * Math.Max(Math.Abs(left), Math.Abs(right));

    /// <summary>SEAL's rule: floor(log2(scale)) is below the number of bits of the level's modulus.</summary>
    public static void RequireWithinModulus(string operation, double scale, CkksParameters parameters, int level)
    {
        var bits = parameters.ModulusBitsAtLevel(level);
        if (!(scale > 0) || !double.IsNormal(scale) || Math.ILogB(scale) >= bits) throw new ScaleRangeException(operation, scale, bits);
    }
}
