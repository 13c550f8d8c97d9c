namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Root-mean-square errors of single operations, in slot units: divided by the scale they are errors of the value. Measured on native SEAL
/// within a few per cent.
/// </summary>
/// <remarks>
/// A polynomial with independent coefficients of variance v has slots of variance N v. Rounding leaves 1/12 in each part of the ciphertext,
/// and the part that meets the ternary secret (2N/3 coefficients of size 1) weighs as many times more: 1930 at N = 8192. Fresh noise has a
/// standard deviation of 3.24: 293 at N = 8192; encryption under a public key rounds once on top, which is counted here always.
/// </remarks>
internal sealed class NoiseModel(int polynomialDegree, double specialPrime)
{
    private const double FreshDeviation = 3.24;

    /// <summary>How many standard deviations the largest error over all slots and batches is taken to be.</summary>
    public const double Extreme = 8;

    /// <summary>Rounding a weight to an integer multiple of 1/scale: its error is uniform.</summary>
    public const double WeightRounding = 0.29;

    /// <summary>
    /// Rounding a vector to integer coefficients, over its scale: 26 at N = 8192, where a number that is the same in all slots has one
    /// coefficient and so <see cref="WeightRounding"/>.
    /// </summary>
    public double VectorRounding { get; } = Math.Sqrt(polynomialDegree / 12.0);

    public double Rounding { get; } = RoundingOf(polynomialDegree, 2);

    /// <summary>Rounding in every polynomial: that of c_k meets s^k, whose slots have the mean square k! (2N/3)^k.</summary>
    public double RoundingAt(int size) => RoundingOf(polynomialDegree, size);

    private static double RoundingOf(int polynomialDegree, int size)
    {
        var (sum, power) = (0.0, 1.0);
        for (var k = 0; k < size; power *= ++k * 2.0 * polynomialDegree / 3) sum += power;
        return Math.Sqrt(polynomialDegree / 12.0 * sum);
    }

    public double Fresh => Math.Sqrt(polynomialDegree * FreshDeviation * FreshDeviation + Rounding * Rounding);

    /// <summary>A key switch: each centred digit meets fresh noise, the sum is divided by the special prime and rounded.</summary>
    public double KeySwitch(ReadOnlySpan<ulong> limbs)
    {
        var digits = 0.0;
        foreach (double prime in limbs) digits += prime / specialPrime * (prime / specialPrime);
        var noise = polynomialDegree * FreshDeviation * Math.Sqrt(digits / 12);
        return Math.Sqrt(noise * noise + Rounding * Rounding);
    }
}
