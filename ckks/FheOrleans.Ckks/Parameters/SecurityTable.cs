namespace FheOrleans.Ckks;

/// <summary>
/// How large the product of all primes, the special one included, may be for 128-bit security.
/// </summary>
/// <remarks>
/// Source: Bossuat et al., "Security Guidelines for Implementing Homomorphic Encryption", ePrint 2024/463, ternary secret,
/// classical attacks. SEAL's own table (2018) allows one to two per cent more; a set between the two is refused here.
/// </remarks>
public static class SecurityTable
{
    /// <summary>Largest number of bits of the product of all primes.</summary>
    /// <param name="polynomialDegree">N: 4096, 8192, 16384 or 32768.</param>
    /// <returns>106, 214, 430 or 868.</returns>
    /// <exception cref="ParametersException">Another degree.</exception>
    public static int MaximumModulusBits(int polynomialDegree) => polynomialDegree switch
    {
        4096 => 106,
        8192 => 214,
        16384 => 430,
        32768 => 868,
        _ => throw new ParametersException($"The polynomial degree is {polynomialDegree}; it must be 4096, 8192, 16384 or 32768."),
    };
}
