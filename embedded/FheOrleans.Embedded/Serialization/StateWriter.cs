using System.Buffers.Binary;

namespace FheOrleans.Embedded;

/// <summary>Writes values one behind the other into a growing buffer.</summary>
internal sealed class StateWriter
{
    private byte[] _buffer = new byte[256];
    private int _length;

    internal byte[] ToArray() => _buffer.AsSpan(0, _length).ToArray();

    internal void Varint(ulong value)
    {
        var target = Reserve(10);
        var used = 0;
        for (; value >= 0x80; value >>= 7) target[used++] = (byte)(value | 0x80);
        target[used++] = (byte)value;
        _length += used;
    }

    internal void Fixed64(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Reserve(8), value);
        _length += 8;
    }

    internal void Block(ReadOnlySpan<byte> bytes)
    {
        var start = BeginBlock();
        bytes.CopyTo(Reserve(bytes.Length));
        _length += bytes.Length;
        EndBlock(start);
    }

    /// <summary>Leaves room for a block's length; what is written until <see cref="EndBlock"/> is the block.</summary>
    internal int BeginBlock()
    {
        Reserve(4);
        return _length += 4;
    }

    internal void EndBlock(int start) => BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(start - 4), _length - start);

    private Span<byte> Reserve(int count)
    {
        var needed = checked(_length + count);
        if (needed > _buffer.Length) Array.Resize(ref _buffer, (int)Math.Min(Array.MaxLength, Math.Max(needed, 2L * _buffer.Length)));
        return _buffer.AsSpan(_length);
    }
}
