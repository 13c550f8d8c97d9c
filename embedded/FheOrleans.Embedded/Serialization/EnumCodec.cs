using System.Globalization;

namespace FheOrleans.Embedded;

/// <summary>Enumerations, by number. A number without a name is a fault: guessing what a later version meant would be worse.</summary>
internal sealed class EnumCodec(Type type) : ValueCodec
{
    internal override WireType WireType => WireType.Varint;

    internal override void Write(StateWriter writer, object value) =>
        writer.Varint((ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture));

    internal override object Read(ref StateReader reader)
    {
        var value = Enum.ToObject(type, (long)reader.Varint());
        return Enum.IsDefined(type, value) ? value : throw reader.Fault("a number without a name", $"a {type.Name}");
    }
}
