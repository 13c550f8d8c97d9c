namespace FheOrleans.Embedded;

/// <summary>Writes and reads the values of one type.</summary>
internal abstract class ValueCodec
{
    internal abstract WireType WireType { get; }

    internal abstract void Write(StateWriter writer, object value);

    internal abstract object Read(ref StateReader reader);
}

/// <summary>Values that are whole numbers at heart.</summary>
internal sealed class NumberCodec<T>(Func<T, ulong> toNumber, Func<ulong, T?> fromNumber) : ValueCodec
    where T : struct
{
    internal override WireType WireType => WireType.Varint;

    internal override void Write(StateWriter writer, object value) => writer.Varint(toNumber((T)value));

    internal override object Read(ref StateReader reader)
    {
        var number = reader.Varint();
        return fromNumber(number) ?? throw reader.Fault("a number out of range", $"a {typeof(T).Name}");
    }
}

/// <summary>Values of exactly 64 bits.</summary>
internal sealed class Fixed64Codec<T>(Func<T, ulong> toBits, Func<ulong, T> fromBits) : ValueCodec
    where T : struct
{
    internal override WireType WireType => WireType.Fixed64;

    internal override void Write(StateWriter writer, object value) => writer.Fixed64(toBits((T)value));

    internal override object Read(ref StateReader reader) => fromBits(reader.Fixed64());
}

/// <summary>Values that are a run of bytes.</summary>
internal sealed class BlockCodec<T>(Func<T, byte[]> toBytes, BlockCodec<T>.Parse fromBytes) : ValueCodec
    where T : notnull
{
    internal delegate T? Parse(ReadOnlySpan<byte> bytes);

    internal override WireType WireType => WireType.Block;

    internal override void Write(StateWriter writer, object value) => writer.Block(toBytes((T)value));

    internal override object Read(ref StateReader reader) =>
        fromBytes(reader.Block()) is { } value ? value : throw reader.Fault("bytes of another form", $"a {typeof(T).Name}");
}
