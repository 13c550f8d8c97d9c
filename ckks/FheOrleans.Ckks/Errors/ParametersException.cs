namespace FheOrleans.Ckks;

/// <summary>A set of CKKS parameters is unusable: not a power of two, not prime, too few primes, or beyond the security bound.</summary>
public sealed class ParametersException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong with the set and what would be right.</param>
    public ParametersException(string message) : base(message)
    {
    }
}
