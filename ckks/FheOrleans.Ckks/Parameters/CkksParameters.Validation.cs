using System.Numerics;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <content>What a set of parameters must satisfy. Sets come from clients: every condition is checked, none repaired.</content>
public sealed partial class CkksParameters
{
    private static void ValidateShape(int polynomialDegree, int primeCount, bool enforceSecurity)
    {
        if (enforceSecurity) _ = SecurityTable.MaximumModulusBits(polynomialDegree);
        else if (!BitOperations.IsPow2(polynomialDegree) || polynomialDegree is < 2 or > 32768)
            throw new ParametersException($"The polynomial degree is {polynomialDegree}; it must be a power of two up to 32768.");

        var fewest = enforceSecurity ? 2 : 1;
        if (primeCount < fewest || primeCount > MaximumPrimes)
        {
            throw new ParametersException(
                $"There are {primeCount} primes; there must be {fewest} to {MaximumPrimes}: the data primes and, last, the special prime of key switching.");
        }
    }

    private static void Validate(int polynomialDegree, ReadOnlySpan<ulong> primes, bool enforceSecurity)
    {
        ValidateShape(polynomialDegree, primes.Length, enforceSecurity);
        for (var j = 0; j < primes.Length; j++) ValidatePrime(polynomialDegree, primes, j);

        if (!enforceSecurity) return;
        var found = (int)Product(primes).GetBitLength();
        var allowed = SecurityTable.MaximumModulusBits(polynomialDegree);
        if (found > allowed)
        {
            throw new ParametersException(
                $"The product of all {primes.Length} primes has {found} bits; 128-bit security at N={polynomialDegree} allows {allowed} "
                + "(ePrint 2024/463, the special prime included). Use smaller or fewer primes, or a larger degree.");
        }
    }

    private static void ValidatePrime(int polynomialDegree, ReadOnlySpan<ulong> primes, int index)
    {
        var prime = primes[index];
        if (BitLength(prime) is < 2 or > Modulus.MaximumBits)
            throw new ParametersException($"Prime {index} has {BitLength(prime)} bits; sizes are 2 to {Modulus.MaximumBits} bits.");
        if (prime % (2 * (ulong)polynomialDegree) != 1)
            throw new ParametersException($"Prime {index} is {prime}, which is not 1 modulo {2 * polynomialDegree}: there is no transform for it.");
        if (!Arithmetic.Primes.IsPrime(prime))
            throw new ParametersException($"Number {index} of the primes is {prime}, which is not prime.");
        if (primes[..index].Contains(prime))
            throw new ParametersException($"Prime {index} is {prime}, which occurs twice; the primes must be distinct.");
    }
}
