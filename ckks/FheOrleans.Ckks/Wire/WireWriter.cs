using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace FheOrleans.Ckks.Wire;

/// <summary>Writes fields, little-endian, into an array of the exact size.</summary>
internal ref struct WireWriter
{
    private readonly SealVersion _version;
    private readonly Span<byte> _destination;
    private int _position;

    public WireWriter(Span<byte> destination, SealVersion version)
    {
        if (!version.IsSupported) throw new ArgumentOutOfRangeException(nameof(version), version, $"Headers {SealVersion.SupportedText} are written.");
        _destination = destination;
        _version = version;
    }

    public readonly SealVersion Version => _version;

    public void Header(long objectBytes)
    {
        var header = Take(SealFormat.HeaderBytes);
        header.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(header, SealFormat.Magic);
        header[2] = SealFormat.HeaderBytes;
        header[3] = _version.Major;
        header[4] = _version.Minor;
        header[SealFormat.ModeAt] = (byte)SealCompression.None; // the outermost changes when it is packed
        BinaryPrimitives.WriteInt64LittleEndian(header[SealFormat.LengthAt..], objectBytes);
    }

    public void Id(ParametersId id) => id.CopyTo(Take(ParametersId.ByteCount));

    public void Byte(byte value) => Take(1)[0] = value;

    public void UInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(8), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    public void Double(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(8), value);

    public void Bytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Take(bytes.Length));

    public void Array(ReadOnlySpan<ulong> words)
    {
        Header(SealFormat.ArrayPrefixBytes + (8L * words.Length));
        Int64(words.Length);
        var destination = MemoryMarshal.Cast<byte, ulong>(Take(8 * words.Length));
        if (BitConverter.IsLittleEndian) words.CopyTo(destination);
        else BinaryPrimitives.ReverseEndianness(words, destination);
    }

    /// <summary>Every size formula is checked by every write.</summary>
    public readonly void End()
    {
        if (_position != _destination.Length)
            throw new InvalidOperationException($"Wrote {_position} bytes of an object of {_destination.Length}.");
    }

    private Span<byte> Take(int count)
    {
        var field = _destination.Slice(_position, count);
        _position += count;
        return field;
    }
}
