using System.Buffers.Binary;

namespace FheOrleans.Embedded;

/// <summary>
/// Reads what <see cref="StateWriter"/> wrote. Nothing is allocated on the word of a length that the bytes do not bear out.
/// </summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes, long origin = 0, int depth = 0)
{
    // Deeper than any state of ours; bounds the stack whatever the bytes say.
    private const int MaximumDepth = 32;

    private readonly int _length = bytes.Length;
    private ReadOnlySpan<byte> _left = bytes;

    internal readonly int Left => _left.Length;

    internal readonly bool IsAtEnd => _left.IsEmpty;

    internal readonly long Offset => origin + (_length - _left.Length);

    internal ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            if (shift == 63 && next > 1) break;
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw Fault("a number of more than 64 bits", "a number of at most 64 bits");
    }

    internal ulong Fixed64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    internal ReadOnlySpan<byte> Block() => Take(BinaryPrimitives.ReadInt32LittleEndian(Take(4)));

    /// <summary>A reader of the next block, one level deeper.</summary>
    internal StateReader Nested()
    {
        if (depth == MaximumDepth) throw Fault($"more than {MaximumDepth} levels", $"at most {MaximumDepth}");
        var start = Offset + 4;
        return new(Block(), start, depth + 1);
    }

    internal void Skip(WireType type)
    {
        switch (type)
        {
            case WireType.Varint: Varint(); break;
            case WireType.Fixed64: Fixed64(); break;
            case WireType.Block: Block(); break;
            default: throw Fault($"wire type {(int)type}", "0, 1 or 2");
        }
    }

    internal readonly StateFormatException Fault(string found, string expected) => new(found, expected, Offset);

    private ReadOnlySpan<byte> Take(int count)
    {
        if ((uint)count > (uint)_left.Length) throw Fault($"{_left.Length} bytes left", count < 0 ? "a length that is not negative" : $"at least {count}");
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
