namespace FheOrleans.Ckks;

/// <summary>The base of all errors of the scheme that a caller may meet with data it did not make itself.</summary>
/// <remarks>
/// Misuse that only a programmer can cause (null, a step out of range, a disposed key) throws the usual argument exceptions.
/// Messages carry levels, scales, sizes and identifiers; never a plaintext value, a key word or a byte of a payload.
/// </remarks>
public abstract class CkksException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What was asked, found and expected, and what to do.</param>
    /// <param name="innerException">The cause, when there is one.</param>
    protected CkksException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
