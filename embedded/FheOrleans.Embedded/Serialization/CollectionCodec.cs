using System.Collections;
using System.Collections.Immutable;
using System.Reflection;

namespace FheOrleans.Embedded;

/// <summary>Lists, arrays, immutable arrays and dictionaries: a block of the count and then the items.</summary>
internal sealed class CollectionCodec<TItem>(ValueCodec item, Func<IReadOnlyList<TItem>, object> make) : ValueCodec
{
    internal override WireType WireType => WireType.Block;

    internal override void Write(StateWriter writer, object value)
    {
        var start = writer.BeginBlock();
        var items = value is ImmutableArray<TItem> { IsDefault: true } ? [] : ((IEnumerable)value).Cast<TItem>().ToList();
        writer.Varint((ulong)items.Count);
        foreach (var element in items)
        {
            item.Write(writer, element ?? throw new NotSupportedException("A stored collection cannot hold null."));
        }
        writer.EndBlock(start);
    }

    internal override object Read(ref StateReader reader)
    {
        var nested = reader.Nested();
        var count = nested.Varint();
        // Every item takes at least one byte.
        if (count > (ulong)nested.Left) throw nested.Fault($"{count} items in {nested.Left} bytes", "at least a byte for each");
        var items = new List<TItem>((int)count);
        for (var i = 0; i < (int)count; i++) items.Add((TItem)item.Read(ref nested));
        return nested.IsAtEnd ? make(items) : throw nested.Fault($"{nested.Left} bytes after the last item", "none");
    }
}

/// <summary>Makes the codecs of collection types.</summary>
internal static class CollectionCodec
{
    internal static ValueCodec? For(Type type)
    {
        if (type.IsSZArray) return Make(nameof(OfArray), type.GetElementType()!);
        if (!type.IsGenericType) return null;
        var (definition, arguments) = (type.GetGenericTypeDefinition(), type.GetGenericArguments());
        if (definition == typeof(List<>)) return Make(nameof(OfList), arguments);
        if (definition == typeof(ImmutableArray<>)) return Make(nameof(OfImmutableArray), arguments);
        if (definition == typeof(Dictionary<,>)) return Make(nameof(OfDictionary), arguments);
        return null;
    }

    private static CollectionCodec<T> OfArray<T>() => new(StateCodec.For(typeof(T)), items => items.ToArray());

    private static CollectionCodec<T> OfList<T>() => new(StateCodec.For(typeof(T)), items => items.ToList());

    private static CollectionCodec<T> OfImmutableArray<T>() => new(StateCodec.For(typeof(T)), items => items.ToImmutableArray());

    private static CollectionCodec<KeyValuePair<TKey, TValue>> OfDictionary<TKey, TValue>()
        where TKey : notnull =>
        new(new PairCodec<TKey, TValue>(StateCodec.For(typeof(TKey)), StateCodec.For(typeof(TValue))), items => ToDictionary(items));

    // A key that comes twice is a fault of the bytes; the last one stays, so that no stored text ever reaches a message.
    private static Dictionary<TKey, TValue> ToDictionary<TKey, TValue>(IReadOnlyList<KeyValuePair<TKey, TValue>> items)
        where TKey : notnull
    {
        var dictionary = new Dictionary<TKey, TValue>(items.Count);
        foreach (var (key, value) in items) dictionary[key] = value;
        return dictionary;
    }

    private static ValueCodec Make(string method, params Type[] arguments) =>
        (ValueCodec)typeof(CollectionCodec).GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(arguments).Invoke(null, null)!;
}

/// <summary>A key and its value, one behind the other.</summary>
internal sealed class PairCodec<TKey, TValue>(ValueCodec key, ValueCodec value) : ValueCodec
{
    internal override WireType WireType => WireType.Block;

    internal override void Write(StateWriter writer, object pair)
    {
        var (first, second) = (KeyValuePair<TKey, TValue>)pair;
        var start = writer.BeginBlock();
        key.Write(writer, first!);
        value.Write(writer, second ?? throw new NotSupportedException("A stored dictionary cannot hold null."));
        writer.EndBlock(start);
    }

    internal override object Read(ref StateReader reader)
    {
        var nested = reader.Nested();
        return KeyValuePair.Create((TKey)key.Read(ref nested), (TValue)value.Read(ref nested));
    }
}
