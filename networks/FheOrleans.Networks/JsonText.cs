using System.Buffers;
using System.Text.Json;

namespace FheOrleans.Networks;

/// <summary>Reading and writing bounded JSON, strictly.</summary>
internal static class JsonText
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8, AllowDuplicateProperties = false };

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return buffer.WrittenSpan.ToArray();
    }

    public static JsonDocument Parse(string what, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Limits.MaximumJsonBytes)
            throw new NetworkFormatException(what, $"{utf8.Length} bytes", $"at most {Limits.MaximumJsonBytes}");
        try
        {
            return JsonDocument.Parse(utf8.ToArray(), Options);
        }
        catch (JsonException error)
        {
            var place = $"line {error.LineNumber}, byte {error.BytePositionInLine}";
            throw new NetworkFormatException(what, $"text that is not JSON, at {place}", "JSON", error);
        }
    }

    public static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<double> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    public static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    public static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<ulong> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}

/// <summary>One JSON object being read: every property once, with bounds, and nothing left over.</summary>
internal sealed class JsonObjectReader
{
    private const int MaximumProperties = 64;

    private readonly Dictionary<string, JsonElement> _properties = [];

    public JsonObjectReader(string path, JsonElement element)
    {
        Path = path;
        if (element.ValueKind != JsonValueKind.Object) throw new NetworkFormatException(path, $"{element.ValueKind}", "an object");
        if (element.GetPropertyCount() > MaximumProperties)
            throw new NetworkFormatException(path, $"{element.GetPropertyCount()} properties", $"at most {MaximumProperties}");
        try
        {
            foreach (var property in element.EnumerateObject()) _properties.Add(property.Name, property.Value);
        }
        catch (InvalidOperationException error)
        {
            // The document checks the Unicode of names and texts only when they are asked for.
            throw new NetworkFormatException(path, "a name that is not Unicode", "text", error);
        }
    }

    public string Path { get; }

    public bool Has(string name) => _properties.ContainsKey(name);

    public void RequireText(string name, string expected)
    {
        if (Text(name) != expected) throw new NetworkFormatException($"{Path}.{name}", "another text", $"\"{expected}\"");
    }

    public string Text(string name)
    {
        var value = Take(name, JsonValueKind.String);
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new NetworkFormatException($"{Path}.{name}", "text that is not Unicode", "text", error);
        }
    }

    public bool Boolean(string name)
    {
        if (!_properties.Remove(name, out var value)) throw new NetworkFormatException($"{Path}.{name}", "nothing", "true or false");
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new NetworkFormatException($"{Path}.{name}", $"{value.ValueKind}", "true or false"),
        };
    }

    public bool BooleanOr(string name, bool otherwise) => _properties.ContainsKey(name) ? Boolean(name) : otherwise;

    public int IntegerOr(string name, int minimum, int maximum, int otherwise) =>
        _properties.ContainsKey(name) ? Integer(name, minimum, maximum) : otherwise;

    public int Integer(string name, int minimum, int maximum) => Integer($"{Path}.{name}", Take(name, JsonValueKind.Number), minimum, maximum);

    public double Number(string name) => Number($"{Path}.{name}", Take(name, JsonValueKind.Number));

    public double NumberOr(string name, double otherwise) => _properties.ContainsKey(name) ? Number(name) : otherwise;

    public double[] Numbers(string name, int minimum, int maximum) =>
        [.. Items(name, minimum, maximum).Select(item => Number($"{Path}.{name}", item))];

    /// <summary>A list of lists of numbers; null if there is none.</summary>
    public double[][]? NumberListsOr(string name, int maximumLists, int maximumLength) => !_properties.ContainsKey(name)
        ? null
        : [.. Items(name, 1, maximumLists).Select((list, i) => list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= maximumLength
            ? list.EnumerateArray().Select(item => Number($"{Path}.{name}[{i}]", item)).ToArray()
            : throw new NetworkFormatException($"{Path}.{name}[{i}]", "something else", $"at most {maximumLength} numbers"))];

    public int[] Integers(string name, int minimumCount, int maximumCount, int minimum, int maximum) =>
        [.. Items(name, minimumCount, maximumCount).Select(item => Integer($"{Path}.{name}", item, minimum, maximum))];

    public ulong[] Words(string name, int minimum, int maximum) => [.. Items(name, minimum, maximum).Select(item =>
        item.ValueKind == JsonValueKind.Number && item.TryGetUInt64(out var word)
            ? word
            : throw new NetworkFormatException($"{Path}.{name}", "something else", "integers of up to 64 bits"))];

    public IEnumerable<JsonObjectReader> Objects(string name, int maximum) =>
        Items(name, 1, maximum).Select((item, i) => new JsonObjectReader($"{Path}.{name}[{i}]", item));

    /// <summary>Fails if a property was not asked for: it would silently mean nothing.</summary>
    public void End()
    {
        if (_properties.Count > 0) throw new NetworkFormatException(Path, $"{_properties.Count} properties that are not known here", "none");
    }

    private List<JsonElement> Items(string name, int minimum, int maximum)
    {
        var array = Take(name, JsonValueKind.Array);
        var count = array.GetArrayLength();
        if (count < minimum || count > maximum) throw new NetworkFormatException($"{Path}.{name}", $"{count} items", $"{minimum} to {maximum}");
        return [.. array.EnumerateArray()];
    }

    private JsonElement Take(string name, JsonValueKind kind)
    {
        if (!_properties.Remove(name, out var value)) throw new NetworkFormatException($"{Path}.{name}", "nothing", $"{kind}");
        return value.ValueKind == kind ? value : throw new NetworkFormatException($"{Path}.{name}", $"{value.ValueKind}", $"{kind}");
    }

    private static int Integer(string path, JsonElement item, int minimum, int maximum) =>
        item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out var value) && value >= minimum && value <= maximum
            ? value
            : throw new NetworkFormatException(path, "something else", $"an integer, {minimum} to {maximum}");

    private static double Number(string path, JsonElement item) =>
        item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out var value) && double.IsFinite(value)
            ? value
            : throw new NetworkFormatException(path, "something else", "a finite number");
}
