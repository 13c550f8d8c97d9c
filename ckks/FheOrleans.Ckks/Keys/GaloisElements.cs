namespace FheOrleans.Ckks;

/// <summary>The numbers g that name rotations: the automorphism X → X^g moves slots. SEAL's numbering.</summary>
public static class GaloisElements
{
    /// <summary>The element of a rotation: 3^step mod 2N; a negative step counts as N/2 - |step|.</summary>
    /// <param name="polynomialDegree">N, a power of two.</param>
    /// <param name="step">Slots to the left (positive) or right; not 0, and |step| below N/2.</param>
    /// <returns>An odd number below 2N.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The step is 0 or too large.</exception>
    /// <remarks>SEAL lets step 0 stand for conjugation; here that is <see cref="Conjugation"/>.</remarks>
    public static ulong FromStep(int polynomialDegree, int step)
    {
        var slots = polynomialDegree / 2;
        if (step == 0 || step <= -slots || step >= slots)
        {
            throw new ArgumentOutOfRangeException(
                nameof(step), step, $"A rotation is by 1 to {slots - 1} slots to the left (positive) or right (negative).");
        }
        var mask = 2 * (ulong)polynomialDegree - 1;
        var element = 1UL;
        var power = 3UL;
        for (var exponent = step < 0 ? slots + step : step; exponent != 0; exponent >>= 1)
        {
            if ((exponent & 1) != 0) element = element * power & mask;
            power = power * power & mask;
        }
        return element;
    }

    /// <summary>The element of complex conjugation: 2N - 1.</summary>
    /// <param name="polynomialDegree">N.</param>
    /// <returns>2N - 1.</returns>
    public static ulong Conjugation(int polynomialDegree) => 2 * (ulong)polynomialDegree - 1;

    /// <summary>Where SEAL stores the key of an element: (g - 1) / 2.</summary>
    /// <param name="element">An odd number.</param>
    /// <returns>The index.</returns>
    public static int IndexOf(ulong element) => checked((int)((element - 1) / 2));

    internal static ulong AtIndex(int index) => (2 * (ulong)index) + 1;
}
