namespace FheOrleans.Ckks;

/// <summary>A ciphertext has a number of polynomials that the operation does not take.</summary>
public sealed class CiphertextSizeException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="operation">What was asked, as a verb.</param>
    /// <param name="found">Number of polynomials found or resulting.</param>
    /// <param name="expected">What the operation takes, for example "2" or "2 to 16".</param>
    public CiphertextSizeException(string operation, int found, string expected)
        : base($"Cannot {operation}: the ciphertext has {found} polynomials, expected {expected}. Relinearize products first where size 2 is needed.")
    {
        Found = found;
        Expected = expected;
    }

    /// <summary>Number of polynomials found or resulting.</summary>
    public int Found { get; }

    /// <summary>What the operation takes.</summary>
    public string Expected { get; }
}
