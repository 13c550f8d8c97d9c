using System.Text.Json;
using System.Text.Json.Serialization;

namespace FheOrleans.Grains.Owners;

/// <summary>A run of events as a payload: JSON, with the format's name, so that a later one is known.</summary>
internal static class EventSegment
{
    private const string Format = "fheorleans-events-1";

    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    internal static byte[] Write(IReadOnlyList<PredictionEvent> events) => JsonSerializer.SerializeToUtf8Bytes(new Content(Format, events), Options);

    /// <exception cref="InvalidDataException">The payload is none that this program reads.</exception>
    internal static IReadOnlyList<PredictionEvent> Read(byte[] payload)
    {
        try
        {
            if (JsonSerializer.Deserialize<Content>(payload, Options) is not { Events: { } events } content) throw Unreadable("no events", null);
            return content.Format == Format ? events : throw Unreadable($"format '{content.Format}'", null);
        }
        catch (JsonException damaged)
        {
            throw Unreadable("something else", damaged);
        }
    }

    private static InvalidDataException Unreadable(string found, Exception? cause) => new(
        $"Stored events: found {found}, expected '{Format}'. A later version of this program has written them, or the storage is damaged; start that version, or put a backup back.", cause);

    private sealed record Content(string Format, IReadOnlyList<PredictionEvent> Events);
}
