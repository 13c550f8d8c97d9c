using System.Buffers.Binary;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Ckks.Tests.Support;

/// <summary>
/// Damages a valid object where it hurts: in its fields and headers, by moving its pieces, by cutting and adding; then packs it, and
/// damages the packed bytes.
/// </summary>
internal sealed class WireMutator(Random random, SealObjectKind kind, byte[] original)
{
    private readonly WireAnatomy _anatomy = WireAnatomy.Of(kind, original);

    /// <summary>One damaged object.</summary>
    /// <param name="mode">How it is packed.</param>
    /// <param name="others">Other objects, to borrow from and to put behind.</param>
    public byte[] Next(SealCompression mode, IReadOnlyList<byte[]> others)
    {
        var bytes = (byte[])original.Clone();
        if (mode == SealCompression.None || random.Next(3) != 0)
        {
            for (var times = random.Next(1, 4); times > 0; times--) bytes = Structure(bytes, others);
        }
        if (bytes.Length < SealFormat.HeaderBytes) return bytes;
        if (mode == SealCompression.None) return random.Next(3) == 0 ? bytes : Packing.WithLength(bytes);

        var plain = bytes[SealFormat.ModeAt] == 0;
        bytes = Packing.Pack(bytes, mode);
        if (random.Next(8) == 0) bytes[SealFormat.ModeAt] = (byte)random.Next(4);
        if (!plain || random.Next(2) == 0) bytes = Packed(bytes, others);
        return bytes;
    }

    private byte[] Structure(byte[] bytes, IReadOnlyList<byte[]> others)
    {
        if (bytes.Length == 0) return bytes;
        var (at, end) = Field(bytes.Length);
        switch (random.Next(14))
        {
            case 0 or 1: // a bit of a field
                bytes[random.Next(at, end)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 2: // a bit anywhere
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 3 or 4 or 5: // a field with another value
                Write(bytes, at, end, Interesting(Read(bytes, at, end)));
                return bytes;
            case 6: // a field with the value of another
                var (from, fromEnd) = Field(bytes.Length);
                Write(bytes, at, end, Read(bytes, from, fromEnd));
                return bytes;
            case 7: // a version in one header, or in all
                byte major = (byte)random.Next(2, 6), minor = (byte)random.Next(9);
                foreach (var header in random.Next(3) == 0 ? _anatomy.Headers : [_anatomy.Headers[random.Next(_anatomy.Headers.Count)]])
                {
                    if (header + 5 > bytes.Length) continue;
                    (bytes[header + 3], bytes[header + 4]) = (major, minor);
                }
                return bytes;
            case 8: // compression of a nested object, or of this one, without any
                Write(bytes, Math.Min(bytes.Length - 1, _anatomy.Headers[random.Next(_anatomy.Headers.Count)] + SealFormat.ModeAt), bytes.Length, (ulong)random.Next(4));
                return bytes;
            case 9: // cut, near a field or anywhere
                return bytes[..Math.Clamp(random.Next(2) == 0 ? at + random.Next(-1, 2) : random.Next(bytes.Length), 0, bytes.Length)];
            case 10: // less in the middle
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 200))..]];
            case 11: // more in the middle
                return [.. bytes[..at], .. Noise(random.Next(1, 50)), .. bytes[at..]];
            case 12 when _anatomy.Objects.Count > 1: // pieces in other places
                Range one = _anatomy.Objects[random.Next(_anatomy.Objects.Count)], two = _anatomy.Objects[random.Next(_anatomy.Objects.Count)];
                if (one.End.Value > bytes.Length || two.End.Value > bytes.Length) return bytes;
                var piece = bytes[one];
                if (piece.Length <= bytes.Length - two.Start.Value) piece.CopyTo(bytes, two.Start.Value);
                return bytes;
            default: // something behind
                var tail = random.Next(4) switch
                {
                    0 => Noise(random.Next(1, 20)),
                    1 => others[random.Next(others.Count)],
                    2 => new byte[random.Next(1, 5000)],
                    _ => random.Next(50) == 0 ? new byte[2 << 20] : bytes,
                };
                return [.. bytes, .. tail];
        }
    }

    private byte[] Packed(byte[] bytes, IReadOnlyList<byte[]> others)
    {
        if (bytes.Length == SealFormat.HeaderBytes) return bytes;
        switch (random.Next(5))
        {
            case 0:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[random.Next(SealFormat.HeaderBytes, Math.Min(bytes.Length, SealFormat.HeaderBytes + 24))] = (byte)random.Next(256); // frame headers, Huffman tables
                break;
            case 2:
                bytes = bytes[..random.Next(bytes.Length)];
                break;
            case 3:
                var other = others[random.Next(others.Count)];
                bytes = [.. bytes, .. random.Next(2) == 0 ? Noise(random.Next(1, 40)) : other];
                break;
            default:
                var at = random.Next(SealFormat.HeaderBytes, bytes.Length);
                bytes = [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 30))..]];
                break;
        }
        return random.Next(4) == 0 ? bytes : Packing.WithLength(bytes);
    }

    private (int Start, int End) Field(int length)
    {
        var field = _anatomy.Fields[random.Next(random.Next(2) == 0 ? Math.Min(20, _anatomy.Fields.Count) : _anatomy.Fields.Count)];
        return field.End.Value <= length ? (field.Start.Value, field.End.Value) : (length - 1, length);
    }

    private ulong Interesting(ulong value) => random.Next(10) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => value + 1,
        3 => value - 1,
        4 => value * 2,
        5 => 1UL << random.Next(64),
        6 => (ulong)random.Next(20),
        7 => BitConverter.DoubleToUInt64Bits(random.Next(4) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => -1, _ => double.Epsilon }),
        8 => value / 2,
        _ => (ulong)random.NextInt64(),
    };

    private byte[] Noise(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static ulong Read(byte[] bytes, int at, int end)
    {
        Span<byte> word = stackalloc byte[8];
        bytes.AsSpan(at, Math.Min(8, end - at)).CopyTo(word);
        return BinaryPrimitives.ReadUInt64LittleEndian(word);
    }

    private static void Write(byte[] bytes, int at, int end, ulong value)
    {
        Span<byte> word = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(word, value);
        word[..Math.Min(8, end - at)].CopyTo(bytes.AsSpan(at));
    }
}
