namespace FheOrleans.Ckks;

/// <summary>An evaluation key that the operation needs is not in the set given.</summary>
public sealed class MissingKeyException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="operation">What was asked, as a verb.</param>
    /// <param name="galoisElement">The Galois element whose key is missing.</param>
    /// <param name="available">The Galois elements there are keys for.</param>
    public MissingKeyException(string operation, ulong galoisElement, IEnumerable<ulong> available)
        : base($"Cannot {operation}: there is no key for Galois element {galoisElement}; there are keys for [{string.Join(", ", available)}]. "
            + "The data owner must make and upload the keys that the circuit names.")
        => GaloisElement = galoisElement;

    /// <summary>The Galois element whose key is missing.</summary>
    public ulong GaloisElement { get; }
}
