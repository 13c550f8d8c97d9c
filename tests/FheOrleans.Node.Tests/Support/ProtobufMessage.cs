using System.Text;
using Google.Protobuf;

namespace FheOrleans.Node.Tests.Support;

/// <summary>A protobuf message read without its schema: fields by number.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Number, long Value, byte[]? Bytes)> _fields = [];

    public ProtobufMessage(byte[] bytes)
    {
        var input = new CodedInputStream(bytes);
        while (input.ReadTag() is var tag and not 0)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            _fields.Add(WireFormat.GetTagWireType(tag) switch
            {
                WireFormat.WireType.Varint => (number, (long)input.ReadUInt64(), null),
                WireFormat.WireType.Fixed64 => (number, (long)input.ReadFixed64(), null),
                WireFormat.WireType.Fixed32 => (number, input.ReadFixed32(), null),
                WireFormat.WireType.LengthDelimited => (number, 0, input.ReadBytes().ToByteArray()),
                var other => throw new InvalidDataException($"Wire type {other} is not used by OTLP."),
            });
        }
    }

    public bool Has(int number) => _fields.Exists(field => field.Number == number);

    public long Fixed64(int number) => _fields.Find(field => field.Number == number).Value;

    public string Text(int number) => Encoding.UTF8.GetString(_fields.Find(field => field.Number == number).Bytes ?? []);

    public IEnumerable<ProtobufMessage> All(int number) => _fields.Where(field => field.Number == number).Select(field => new ProtobufMessage(field.Bytes!));
}
