using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace FheOrleans.Ckks.Wire;

/// <summary>
/// Reads fields of hostile bytes: every read is checked against what is left, and no number in the input sizes anything before it
/// was compared with what the parameters demand.
/// </summary>
internal ref struct WireReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly long _origin;
    private readonly string _object;
    private int _position;

    private WireReader(ReadOnlySpan<byte> bytes, string objectName, long origin)
    {
        _bytes = bytes;
        _object = objectName;
        _origin = origin;
    }

    /// <summary>Version pair of the outer header, which every nested header must repeat.</summary>
    public SealVersion Version { get; private set; }

    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>Starts on one object that must fill the bytes exactly.</summary>
    public static WireReader Open(ReadOnlySpan<byte> bytes, string objectName, long origin = 0)
    {
        var reader = new WireReader(bytes, objectName, origin);
        var size = reader.OuterHeader();
        if (size != (ulong)bytes.Length)
        {
            throw reader.FaultAt(8, "header.size", size > (ulong)bytes.Length
                ? $"{size} with {bytes.Length} bytes given: the object was cut off"
                : $"{size} with {bytes.Length} bytes given: something follows the object", "the exact length");
        }
        return reader;
    }

    /// <summary>The length that the header of the first of several objects states, at most what is there.</summary>
    public static int PeekLength(ReadOnlySpan<byte> bytes, string objectName, long origin)
    {
        var reader = new WireReader(bytes, objectName, origin);
        var size = reader.OuterHeader();
        return size <= (ulong)bytes.Length
            ? (int)size
            : throw reader.FaultAt(8, "header.size", $"{size} with {bytes.Length} bytes left", "at most what is left");
    }

    /// <summary>A header inside the object: same version, no compression, the exact size.</summary>
    public void NestedHeader(string field, long size)
    {
        var at = _position;
        var (version, stated) = Header(field);
        if (version != Version) throw FaultAt(at + 3, field + ".version", $"{version}", $"{Version}, as in the outer header");
        if (stated != (ulong)size) throw FaultAt(at + 8, field + ".size", $"{stated}", $"{size}");
    }

    /// <summary>A header of a nested key, which has one of two sizes: seeded (true) or full. Its body must agree.</summary>
    public bool NestedKeyHeader(string field, long seededSize, long fullSize)
    {
        var isSeeded = PeekUInt64(8) == (ulong)seededSize;
        NestedHeader(field, isSeeded ? seededSize : fullSize);
        return isSeeded;
    }

    public ParametersId Id() => new(Take(ParametersId.ByteCount, "parms_id"));

    public byte Byte(string field) => Take(1, field)[0];

    public ulong UInt64(string field) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, field));

    /// <summary>The word some bytes ahead, without reading it; null when there are not enough bytes.</summary>
    public readonly ulong? PeekUInt64(int ahead) =>
        Remaining >= ahead + 8 ? BinaryPrimitives.ReadUInt64LittleEndian(_bytes[(_position + ahead)..]) : null;

    public double Double(string field) => BinaryPrimitives.ReadDoubleLittleEndian(Take(8, field));

    public ReadOnlySpan<byte> Bytes(string field, int count) => Take(count, field);

    /// <summary>A number with one right value.</summary>
    public void Exactly(string field, ulong expected)
    {
        var found = UInt64(field);
        if (found != expected) throw FaultAt(_position - 8, field, Text(found), Text(expected));
    }

    /// <summary>A number between two bounds.</summary>
    public int Between(string field, int lowest, int highest)
    {
        var found = UInt64(field);
        return found >= (ulong)lowest && found <= (ulong)highest
            ? (int)found
            : throw FaultAt(_position - 8, field, Text(found), $"{lowest} to {highest}");
    }

    /// <summary>Words of one or more limbs; the destination has been sized from the parameters.</summary>
    public void Words(string field, Span<ulong> destination)
    {
        var source = MemoryMarshal.Cast<byte, ulong>(Take(checked(8 * destination.Length), field));
        if (BitConverter.IsLittleEndian) source.CopyTo(destination);
        else BinaryPrimitives.ReverseEndianness(source, destination);
    }

    /// <summary>Nothing may be left.</summary>
    public readonly void End()
    {
        if (Remaining != 0) throw FaultAt(_position, "end", $"{Remaining} bytes more", "the end of the object");
    }

    /// <summary>An error about the field that has just been read, <paramref name="fieldBytes"/> long.</summary>
    public readonly WireFormatException Fault(string field, int fieldBytes, string found, string expected) =>
        FaultAt(_position - fieldBytes, field, found, expected);

    private readonly WireFormatException FaultAt(int position, string field, string found, string expected) =>
        new($"{_object}.{field}", found, expected, _origin + position);

    private ulong OuterHeader()
    {
        (Version, var size) = Header("header");
        return Version.IsSupported
            ? size
            : throw FaultAt(3, "header.version", $"{Version}", "4.0 to 4.4; the form of SEAL 3.x is not read");
    }

    private (SealVersion Version, ulong Size) Header(string field)
    {
        var at = _position;
        var header = Take(SealFormat.HeaderBytes, field);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header) != SealFormat.Magic)
            throw FaultAt(at, field + ".magic", "other bytes", "5E A1, the start of every SEAL object");
        if (header[2] != SealFormat.HeaderBytes) throw FaultAt(at + 2, field + ".header_size", $"{header[2]}", $"{SealFormat.HeaderBytes}");
        if (header[5] != SealFormat.ModeNone)
            throw FaultAt(at + 5, field + ".compr_mode", ModeName(header[5]), "none: compressed objects are not read, save with compression mode none");
        if (header[6] != 0 || header[7] != 0) throw FaultAt(at + 6, field + ".reserved", "other bytes", "00 00");
        var size = BinaryPrimitives.ReadUInt64LittleEndian(header[8..]);
        if (size < SealFormat.HeaderBytes) throw FaultAt(at + 8, field + ".size", Text(size), $"at least {SealFormat.HeaderBytes}");
        return (new SealVersion(header[3], header[4]), size);
    }

    private ReadOnlySpan<byte> Take(int count, string field)
    {
        if (Remaining < count) throw FaultAt(_position, field, $"{Remaining} bytes left", $"{count}: the object was cut off");
        var bytes = _bytes.Slice(_position, count);
        _position += count;
        return bytes;
    }

    private static string ModeName(byte mode) => mode switch { 1 => "1 (zlib)", 2 => "2 (zstd)", _ => $"{mode}" };

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
