using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using FheOrleans.Ckks.Wire.Compression;

namespace FheOrleans.Ckks.Wire;

/// <summary>
/// Reads fields of hostile bytes: every read is checked against what is left, and no number in the input sizes anything before it
/// was compared with what the parameters demand.
/// </summary>
/// <remarks>
/// A compressed body is unpacked as fields are asked for: small fields through a window of <see cref="BodyDecompressor.Window"/>, residues
/// straight to where they belong. Offsets in errors are those of the unpacked object.
/// </remarks>
internal ref struct WireReader
{
    // A compressor beats the information in uniform numbers by t bits with probability 2^-t.
    private const int EntropySlackBits = 128;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly BodyDecompressor? _packed;
    private readonly long _origin;
    private readonly string _object;
    private ReadOnlySpan<byte> _window;
    private long _windowStart;
    private int _position;
    private long _residueBits;

    private WireReader(ReadOnlySpan<byte> bytes, BodyDecompressor? packed, string objectName, long origin)
    {
        _bytes = bytes;
        _packed = packed;
        _object = objectName;
        _origin = origin;
        _window = packed is null ? bytes : bytes[..SealFormat.HeaderBytes];
    }

    /// <summary>Version pair of the outer header, which every nested header must repeat.</summary>
    public SealVersion Version { get; private set; }

    private readonly int Remaining => _window.Length - _position;

    private readonly long Offset => _windowStart + _position;

    /// <summary>Starts on one object that must fill the bytes exactly.</summary>
    /// <param name="bytes">The object as it travels.</param>
    /// <param name="packed">What <see cref="BodyDecompressor.For"/> gave for the same bytes.</param>
    /// <param name="objectName">SEAL's name of the type, for errors.</param>
    /// <param name="origin">Offset of the object in the whole input.</param>
    /// <param name="insteadOfSecrets">What is expected where plaintexts and secret keys must be refused as such; null where not.</param>
    public static WireReader Open(ReadOnlySpan<byte> bytes, BodyDecompressor? packed, string objectName, long origin = 0, string? insteadOfSecrets = null)
    {
        var reader = new WireReader(bytes, packed, objectName, origin);
        var header = reader.OuterHeader();

        // First of all, and also when lengths are wrong: whoever sends a secret must hear that.
        if (insteadOfSecrets is not null && SealReader.LooksLikePlaintext(reader.Peek(SealFormat.PlaintextPrefixBytes - SealFormat.HeaderBytes)))
            throw new SecretMaterialRefusedException(insteadOfSecrets, origin);
        reader.RequireVersion();
        if (header.Length != bytes.Length)
        {
            throw reader.FaultAt(SealFormat.LengthAt, "header.size", header.Length > bytes.Length
                ? $"{header.Length} with {bytes.Length} bytes given: the object was cut off"
                : $"{header.Length} with {bytes.Length} bytes given: something follows the object", "the exact length");
        }
        return reader;
    }

    /// <summary>The header of the first of several objects, whose length is at most what is there.</summary>
    public static SealHeader PeekHeader(ReadOnlySpan<byte> bytes, string objectName, long origin)
    {
        var header = ReadHeader(bytes, objectName, origin);
        return header.Length <= bytes.Length
            ? header
            : throw new WireFormatException($"{objectName}.header.size", $"{header.Length} with {bytes.Length} bytes left", "at most what is left", origin + SealFormat.LengthAt);
    }

    /// <summary>The header alone.</summary>
    public static SealHeader ReadHeader(ReadOnlySpan<byte> bytes, string objectName, long origin = 0)
    {
        var reader = new WireReader(bytes, null, objectName, origin);
        var header = reader.OuterHeader();
        reader.RequireVersion();
        return header;
    }

    /// <summary>A header inside the object: same version, no compression, the exact size.</summary>
    public void NestedHeader(string field, long size)
    {
        var at = Offset;
        var (version, mode, stated) = Header(field);
        if (version != Version) throw FaultAt(at + 3, field + ".version", $"{version}", $"{Version}, as in the outer header");
        if (mode != (byte)SealCompression.None)
            throw FaultAt(at + SealFormat.ModeAt, field + ".compr_mode", $"{mode}", "0 (none): only the outermost object is compressed");
        if (stated != (ulong)size) throw FaultAt(at + SealFormat.LengthAt, field + ".size", Text(stated), $"{size}");
    }

    /// <summary>A header of a nested key, which has one of two sizes: seeded (true) or full. Its body must agree.</summary>
    public bool NestedKeyHeader(string field, long seededSize, long fullSize)
    {
        var isSeeded = PeekUInt64(SealFormat.LengthAt) == (ulong)seededSize;
        NestedHeader(field, isSeeded ? seededSize : fullSize);
        return isSeeded;
    }

    public ParametersId Id() => new(Take(ParametersId.ByteCount, "parms_id"));

    public byte Byte(string field) => Take(1, field)[0];

    public ulong UInt64(string field) => BinaryPrimitives.ReadUInt64LittleEndian(Take(8, field));

    /// <summary>The word some bytes ahead, without reading it; null when there are not enough bytes.</summary>
    public ulong? PeekUInt64(int ahead) => Peek(ahead + 8) is { } bytes && bytes.Length == ahead + 8 ? BinaryPrimitives.ReadUInt64LittleEndian(bytes[ahead..]) : null;

    public double Double(string field) => BinaryPrimitives.ReadDoubleLittleEndian(Take(8, field));

    /// <summary>A short field. The span is good until the next read.</summary>
    public ReadOnlySpan<byte> Bytes(string field, int count) => Take(count, field);

    /// <summary>A number with one right value.</summary>
    public void Exactly(string field, ulong expected)
    {
        var found = UInt64(field);
        if (found != expected) throw Fault(field, 8, Text(found), Text(expected));
    }

    /// <summary>A number between two bounds.</summary>
    public int Between(string field, int lowest, int highest)
    {
        var found = UInt64(field);
        return found >= (ulong)lowest && found <= (ulong)highest ? (int)found : throw Fault(field, 8, Text(found), $"{lowest} to {highest}");
    }

    /// <summary>Words must be there, or may be, before memory is taken for them.</summary>
    /// <param name="field">Their name.</param>
    /// <param name="count">How many words are read next.</param>
    /// <param name="residueBits">
    /// Information in them, in bits, when they are uniform residues; 0 when they need not be. Uniform numbers cannot be packed into less
    /// than that, so a shorter object holds none: it is refused before it is unpacked.
    /// </param>
    public void RequireWords(string field, long count, long residueBits)
    {
        if (_packed is null)
        {
            if (Remaining < 8 * count) throw Fault(field, 0, $"{Remaining} bytes left", $"{8 * count}: the object was cut off");
            return;
        }
        _residueBits += residueBits;
        if (_residueBits > (8L * _bytes.Length) + EntropySlackBits)
            throw Fault(field, 0, $"{_bytes.Length} compressed bytes for all of it", $"at least {_residueBits / 8}: residues of ciphertexts and keys are uniform and cannot be packed into less");
    }

    /// <summary>Words of one or more limbs; the destination has been sized from the parameters.</summary>
    public void Words(string field, Span<ulong> destination)
    {
        var bytes = MemoryMarshal.AsBytes(destination);
        if (_packed is null)
        {
            Take(bytes.Length, field).CopyTo(bytes);
        }
        else
        {
            var ready = Math.Min(Remaining, bytes.Length);
            Take(ready, field).CopyTo(bytes);
            for (var rest = bytes[ready..]; !rest.IsEmpty;)
            {
                var count = _packed.Read(_bytes[SealFormat.HeaderBytes..], rest);
                if (count == 0) throw Fault(field, 0, "the end", $"{rest.Length} bytes more: the object was cut off");
                _windowStart += count; // the window is empty, and lies behind them
                rest = rest[count..];
            }
        }
        if (!BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(destination, destination);
    }

    /// <summary>Nothing may be left, packed or not.</summary>
    public void End()
    {
        if (!Peek(1).IsEmpty) throw Fault("end", 0, _packed is null ? $"{Remaining} bytes more" : "more bytes", "the end of the object");
    }

    /// <summary>An error about the field that has just been read, <paramref name="fieldBytes"/> long.</summary>
    public readonly WireFormatException Fault(string field, int fieldBytes, string found, string expected) =>
        FaultAt(Offset - fieldBytes, field, found, expected);

    private readonly WireFormatException FaultAt(long position, string field, string found, string expected) =>
        new($"{_object}.{field}", found, expected, _origin + position);

    private SealHeader OuterHeader()
    {
        (Version, var mode, var length) = Header("header");
        if (mode > (byte)SealCompression.Zstd) throw FaultAt(SealFormat.ModeAt, "header.compr_mode", $"{mode}", "0 (none), 1 (zlib) or 2 (zstd)");
        return new SealHeader(Version, (SealCompression)mode, (long)Math.Min(length, (ulong)long.MaxValue));
    }

    private readonly void RequireVersion()
    {
        if (!Version.IsSupported) throw FaultAt(3, "header.version", $"{Version}", SealVersion.SupportedText);
    }

    private (SealVersion Version, byte Mode, ulong Length) Header(string field)
    {
        var at = Offset;
        var header = Take(SealFormat.HeaderBytes, field);
        if (BinaryPrimitives.ReadUInt16LittleEndian(header) != SealFormat.Magic)
            throw FaultAt(at, field + ".magic", "other bytes", "5E A1, the start of every SEAL object");
        if (header[2] != SealFormat.HeaderBytes) throw FaultAt(at + 2, field + ".header_size", $"{header[2]}", $"{SealFormat.HeaderBytes}");
        if (header[6] != 0 || header[7] != 0) throw FaultAt(at + 6, field + ".reserved", "other bytes", "00 00");
        var length = BinaryPrimitives.ReadUInt64LittleEndian(header[SealFormat.LengthAt..]);
        if (length < SealFormat.HeaderBytes) throw FaultAt(at + SealFormat.LengthAt, field + ".size", Text(length), $"at least {SealFormat.HeaderBytes}");
        return (new SealVersion(header[3], header[4]), header[SealFormat.ModeAt], length);
    }

    private ReadOnlySpan<byte> Take(int count, string field)
    {
        var bytes = Peek(count);
        if (bytes.Length < count) throw Fault(field, 0, $"{Remaining} bytes left", $"{count}: the object was cut off");
        _position += count;
        return bytes;
    }

    /// <summary>The next bytes without reading them; fewer when fewer are left.</summary>
    private ReadOnlySpan<byte> Peek(int count)
    {
        if (Remaining < count && _packed is not null) Refill(count);
        return _window.Slice(_position, Math.Min(count, Remaining));
    }

    /// <summary>Moves what is left of the window to its start, and unpacks behind it as much as is needed, or a little more.</summary>
    private void Refill(int count)
    {
        var filled = Remaining;
        var buffer = _packed!.Window;
        _window[_position..].CopyTo(buffer);
        _windowStart += _position;
        _position = 0;
        while (filled < count)
        {
            var more = _packed.Read(_bytes[SealFormat.HeaderBytes..], buffer.AsSpan(filled));
            if (more == 0) break;
            filled += more;
        }
        _window = buffer.AsSpan(0, filled);
    }

    private static string Text(ulong value) => value.ToString(CultureInfo.InvariantCulture);
}
