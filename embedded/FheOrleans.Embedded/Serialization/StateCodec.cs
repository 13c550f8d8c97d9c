using System.Collections.Concurrent;
using Orleans;

namespace FheOrleans.Embedded;

/// <summary>
/// Grain state as bytes, and back: a byte of format, then the members of the object by number. Byte arrays stay byte arrays.
/// </summary>
public static class StateCodec
{
    private const byte Format = 1;
    private static readonly ConcurrentDictionary<Type, ValueCodec> Known = new();

    /// <summary>Writes a value.</summary>
    /// <typeparam name="T">A type marked with <see cref="GenerateSerializerAttribute"/>, with a parameterless constructor.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="NotSupportedException">
    /// A member has a type that is neither simple, nor marked, nor a collection of such.
    /// </exception>
    public static byte[] Write<T>(T value)
    {
        var writer = new StateWriter();
        writer.Varint(Format);
        ObjectCodecOf(typeof(T)).WriteMembers(writer, value ?? throw new ArgumentNullException(nameof(value)));
        return writer.ToArray();
    }

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">The type that was written, possibly in another version.</typeparam>
    /// <param name="bytes">What <see cref="Write{T}"/> returned. Anything else is refused without being believed.</param>
    /// <returns>The value.</returns>
    /// <exception cref="StateFormatException">The bytes are damaged, or of another format.</exception>
    public static T Read<T>(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        var format = reader.Varint();
        if (format != Format) throw new StateFormatException($"format {format}", $"format {Format}", 0);
        return (T)ObjectCodecOf(typeof(T)).ReadMembers(ref reader);
    }

    internal static ValueCodec For(Type type) => Known.GetOrAdd(type, Make);

    private static ObjectCodec ObjectCodecOf(Type type) => For(type) as ObjectCodec
        ?? throw new NotSupportedException($"{type.Name} cannot be grain state: mark it with [GenerateSerializer] and its members with [Id].");

    private static ValueCodec Make(Type type) =>
        ScalarCodecs.For(type)
        ?? (type.IsEnum ? new EnumCodec(type) : null)
        ?? CollectionCodec.For(type)
        ?? (type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false) ? new ObjectCodec(type) : null)
        ?? throw new NotSupportedException($"{type.Name} cannot be stored: mark it with [GenerateSerializer] and its members with [Id].");
}
