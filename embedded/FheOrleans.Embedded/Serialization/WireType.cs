namespace FheOrleans.Embedded;

/// <summary>How the end of a value is found without knowing the value: so a reader can pass over members it does not know.</summary>
internal enum WireType
{
    /// <summary>Seven bits a byte, low ones first; the last byte is below 128.</summary>
    Varint = 0,

    /// <summary>Eight bytes, little end first.</summary>
    Fixed64 = 1,

    /// <summary>Four bytes of length, little end first, and so many bytes.</summary>
    Block = 2,
}
