using System.Buffers.Binary;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Ckks.Tests.Support;

/// <summary>Where the fields of a valid uncompressed object are, and the objects inside it: what a mutation should aim at.</summary>
internal sealed class WireAnatomy
{
    private readonly byte[] _bytes;
    private readonly List<Range> _fields = [];
    private readonly List<Range> _objects = [];
    private readonly List<int> _headers = [];

    private WireAnatomy(byte[] bytes) => _bytes = bytes;

    /// <summary>Fields other than residues: each part of each header, identifiers, counts, scales.</summary>
    public IReadOnlyList<Range> Fields => _fields;

    /// <summary>Nested objects, whole.</summary>
    public IReadOnlyList<Range> Objects => _objects;

    /// <summary>Where headers start, the outermost first.</summary>
    public IReadOnlyList<int> Headers => _headers;

    public static WireAnatomy Of(SealObjectKind kind, byte[] bytes)
    {
        var anatomy = new WireAnatomy(bytes);
        switch (kind)
        {
            case SealObjectKind.Parameters:
                anatomy.Parameters();
                break;
            case SealObjectKind.KeySwitchKeys:
                anatomy.Keys();
                break;
            case SealObjectKind.PlaintextOrSecretKey:
                anatomy.Plaintext();
                break;
            default:
                anatomy.Pair(0);
                break;
        }
        return anatomy;
    }

    private void Parameters()
    {
        var at = Header(0);
        at = Fixed(at, 1, 8, 8);
        while (at < _bytes.Length) at = Nested(at, 8);
    }

    private void Plaintext()
    {
        var at = Fixed(Header(0), 32, 8, 8);
        Nested(at, 8);
    }

    private void Keys()
    {
        var at = Fixed(Header(0), 32, 8);
        while (at < _bytes.Length)
        {
            var count = Word(at);
            at = Fixed(at, 8);
            for (; count > 0; count--)
            {
                var length = (int)Word(at + SealFormat.LengthAt);
                _objects.Add(at..(at + length));
                Pair(at);
                at += length;
            }
        }
    }

    private void Pair(int start)
    {
        var end = start + (int)Word(start + SealFormat.LengthAt);
        var at = Fixed(Header(start), 32, 1, 8, 8, 8, 8);
        if (_bytes[start + 3] >= 4) at = Fixed(at, 8);
        at = Nested(at, 8);
        if (at < end) Nested(at, 1);
    }

    /// <summary>A nested object whose body starts with one field.</summary>
    private int Nested(int at, int fieldBytes)
    {
        var length = (int)Word(at + SealFormat.LengthAt);
        _objects.Add(at..(at + length));
        Fixed(Header(at), fieldBytes);
        return at + length;
    }

    private int Header(int at)
    {
        _headers.Add(at);
        return Fixed(at, 2, 1, 1, 1, 1, 2, 8);
    }

    private int Fixed(int at, params ReadOnlySpan<int> lengths)
    {
        foreach (var length in lengths)
        {
            _fields.Add(at..(at + length));
            at += length;
        }
        return at;
    }

    private long Word(int at) => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(at));
}
