using System.Reflection;
using Orleans;

namespace FheOrleans.Embedded;

/// <summary>
/// Types marked with <see cref="GenerateSerializerAttribute"/>: their members marked with <see cref="IdAttribute"/>, each behind its
/// number.
/// </summary>
/// <remarks>
/// <code>
/// object := member*      member := varint(id * 4 + wire type) value
/// </code>
/// A null is left out. A reader passes over numbers it does not know and leaves members without a number as the constructor made them:
/// so members can be added, and removed, while old state stays readable.
/// </remarks>
internal sealed class ObjectCodec : ValueCodec
{
    private readonly Type _type;
    private readonly Member[] _members;
    private readonly Dictionary<uint, Member> _byId;

    internal ObjectCodec(Type type)
    {
        _type = type;
        _members = [.. type.GetProperties(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance)
            .Where(property => property.IsDefined(typeof(IdAttribute)))
            .Select(property => new Member(property))
            .OrderBy(member => member.Id)];
        _byId = _members.ToDictionary(member => member.Id);
    }

    internal override WireType WireType => WireType.Block;

    internal override void Write(StateWriter writer, object value)
    {
        var start = writer.BeginBlock();
        WriteMembers(writer, value);
        writer.EndBlock(start);
    }

    internal override object Read(ref StateReader reader)
    {
        var nested = reader.Nested();
        return ReadMembers(ref nested);
    }

    internal void WriteMembers(StateWriter writer, object value)
    {
        foreach (var member in _members)
        {
            if (member.Property.GetValue(value) is not { } content) continue;
            writer.Varint(((ulong)member.Id << 2) | (ulong)member.Codec.WireType);
            member.Codec.Write(writer, content);
        }
    }

    internal object ReadMembers(ref StateReader reader)
    {
        var value = Activator.CreateInstance(_type, nonPublic: true)!;
        while (!reader.IsAtEnd)
        {
            var head = reader.Varint();
            var type = (WireType)(head & 3);
            if (head >> 2 > uint.MaxValue || !_byId.TryGetValue((uint)(head >> 2), out var member)) reader.Skip(type);
            else if (member.Codec.WireType != type) throw reader.Fault($"wire type {(int)type}", $"wire type {(int)member.Codec.WireType} for {_type.Name}.{member.Property.Name}");
            else member.Property.SetValue(value, member.Codec.Read(ref reader));
        }
        return value;
    }

    private sealed class Member(PropertyInfo property)
    {
        // Made when first used, so that a type may contain itself.
        private readonly Lazy<ValueCodec> _codec = new(() =>
            StateCodec.For(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType));

        internal PropertyInfo Property => property;

        internal uint Id { get; } = property.GetCustomAttribute<IdAttribute>()!.Id;

        internal ValueCodec Codec => _codec.Value;
    }
}
