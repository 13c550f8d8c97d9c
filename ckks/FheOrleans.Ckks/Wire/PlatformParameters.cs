using System.Collections.Immutable;

namespace FheOrleans.Ckks.Wire;

/// <summary>
/// What parameters a platform offers to its clients. The security table says what is safe; this says what the platform is built and sized
/// for, so that a stranger cannot make it compute in a ring that no circuit of it uses.
/// </summary>
public sealed class PlatformParameters
{
    /// <summary>Degrees N that are offered. Defaults to 4096, 8192, 16384 and 32768.</summary>
    public ImmutableArray<int> Degrees { get; init; } = [4096, 8192, 16384, 32768];

    /// <summary>Fewest primes, the special one included. Defaults to 2.</summary>
    public int MinimumPrimes { get; init; } = 2;

    /// <summary>Most primes, the special one included. Defaults to 32.</summary>
    public int MaximumPrimes { get; init; } = 32;

    /// <summary>Smallest prime in bits. Defaults to 20: smaller ones carry no precision.</summary>
    public int MinimumPrimeBits { get; init; } = 20;

    /// <summary>Largest prime in bits. Defaults to 60, the largest of SEAL.</summary>
    public int MaximumPrimeBits { get; init; } = 60;

    /// <summary>Refuses parameters that are not offered.</summary>
    /// <param name="parameters">Checked parameters.</param>
    /// <exception cref="ParametersException">They are not offered; the message says what is.</exception>
    public void Require(CkksParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Require(parameters.PolynomialDegree, parameters.Primes.AsSpan());
    }

    internal void Require(int degree, ReadOnlySpan<ulong> primes)
    {
        if (!Degrees.Contains(degree))
            throw new ParametersException($"The polynomial degree is {degree}; this platform offers {string.Join(", ", Degrees)}.");
        if (primes.Length < MinimumPrimes || primes.Length > MaximumPrimes)
            throw new ParametersException($"There are {primes.Length} primes; this platform offers {MinimumPrimes} to {MaximumPrimes}, the special prime included.");
        for (var j = 0; j < primes.Length; j++)
        {
            var bits = CkksParameters.BitLength(primes[j]);
            if (bits < MinimumPrimeBits || bits > MaximumPrimeBits)
                throw new ParametersException($"Prime {j} has {bits} bits; this platform offers primes of {MinimumPrimeBits} to {MaximumPrimeBits} bits.");
        }
    }
}
