using System.Text;

namespace FheOrleans.Embedded;

/// <summary>The codecs of the types that are not made of others.</summary>
internal static class ScalarCodecs
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly Dictionary<Type, ValueCodec> Codecs = new()
    {
        [typeof(bool)] = new NumberCodec<bool>(value => value ? 1UL : 0, number => number > 1 ? null : number == 1),
        [typeof(int)] = new NumberCodec<int>(value => ZigZag(value), number => UnZigZag(number) is >= int.MinValue and <= int.MaxValue and var value ? (int)value : null),
        [typeof(uint)] = new NumberCodec<uint>(value => value, number => number > uint.MaxValue ? null : (uint)number),
        [typeof(long)] = new NumberCodec<long>(ZigZag, number => UnZigZag(number)),
        [typeof(ulong)] = new NumberCodec<ulong>(value => value, number => number),
        [typeof(double)] = new Fixed64Codec<double>(BitConverter.DoubleToUInt64Bits, BitConverter.UInt64BitsToDouble),
        // The moment is kept, the place is not: what is read is in UTC, and equal.
        [typeof(DateTimeOffset)] = new NumberCodec<DateTimeOffset>(
            value => (ulong)value.UtcTicks, number => number > (ulong)DateTime.MaxValue.Ticks ? null : new DateTimeOffset((long)number, TimeSpan.Zero)),
        [typeof(TimeSpan)] = new NumberCodec<TimeSpan>(value => ZigZag(value.Ticks), number => new TimeSpan(UnZigZag(number))),
        [typeof(Guid)] = new GuidCodec(),
        [typeof(byte[])] = new BlockCodec<byte[]>(value => value, bytes => bytes.ToArray()),
        [typeof(string)] = new BlockCodec<string>(StrictUtf8.GetBytes, ReadText),
    };

    internal static ValueCodec? For(Type type) => Codecs.GetValueOrDefault(type);

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static long UnZigZag(ulong number) => (long)(number >> 1) ^ -(long)(number & 1);

    private static string? ReadText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

/// <summary>A <see cref="Guid"/> in its sixteen bytes.</summary>
internal sealed class GuidCodec : ValueCodec
{
    internal override WireType WireType => WireType.Block;

    internal override void Write(StateWriter writer, object value) => writer.Block(((Guid)value).ToByteArray());

    internal override object Read(ref StateReader reader) =>
        reader.Block() is { Length: 16 } bytes ? new Guid(bytes) : throw reader.Fault("bytes of another length", "the 16 of a Guid");
}
