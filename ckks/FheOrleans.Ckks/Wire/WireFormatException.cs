namespace FheOrleans.Ckks.Wire;

/// <summary>Bytes are not the SEAL object they should be. Names a field and lengths, never a payload byte.</summary>
public class WireFormatException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="field">The field at fault, for example "Ciphertext.scale".</param>
    /// <param name="found">What was found.</param>
    /// <param name="expected">What is accepted.</param>
    /// <param name="offset">Byte offset of the field from the start of the input; in a compressed object, of the unpacked one.</param>
    public WireFormatException(string field, string found, string expected, long offset)
        : base($"{field} at byte {offset}: found {found}, expected {expected}.")
    {
        Field = field;
        Found = found;
        Expected = expected;
        Offset = offset;
    }

    /// <summary>The field at fault.</summary>
    public string Field { get; }

    /// <summary>What was found.</summary>
    public string Found { get; }

    /// <summary>What is accepted.</summary>
    public string Expected { get; }

    /// <summary>Byte offset of the field from the start of the input; inside a compressed object, what it would be unpacked.</summary>
    public long Offset { get; }
}
