namespace FheOrleans.Ckks;

/// <summary>Values cannot be encoded: not finite, too many, or too large for the modulus at the scale asked for.</summary>
/// <remarks>The message names positions and bit sizes, not values.</remarks>
public sealed class EncodingException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">What is wrong and what would be right.</param>
    public EncodingException(string message) : base(message)
    {
    }
}
