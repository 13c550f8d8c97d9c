using System.Collections.Immutable;
using System.Text.Json;

namespace FheOrleans.Networks;

/// <summary>
/// What one feature of a window is, in the units of records: a network forecasts well only for windows that are scaled as those it was
/// trained on.
/// </summary>
/// <param name="Name">What is measured, 1 to 200 letters; the first input is what is forecast too.</param>
/// <param name="Minimum">The value that became 0.</param>
/// <param name="Maximum">The value that became 1, at least <paramref name="Minimum"/>.</param>
/// <param name="WhenNeverMeasured">The value that stands where none was measured.</param>
public sealed record NetworkInput(string Name, double Minimum, double Maximum, double WhenNeverMeasured)
{
    private const int LongestName = 200;

    /// <summary>The list, if it is one of a network with so many features.</summary>
    /// <exception cref="NetworkFormatException">There are neither none nor as many, or one is out of range.</exception>
    internal static ImmutableArray<NetworkInput> Checked(string field, ImmutableArray<NetworkInput> inputs, int features)
    {
        if (inputs.IsDefaultOrEmpty) return [];
        if (inputs.Length != features)
            throw new NetworkFormatException(field, $"{inputs.Length} inputs", $"{features}, one for each feature, or none");
        foreach (var (name, minimum, maximum, mean) in inputs)
        {
            if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || name.Any(char.IsControl))
                throw new NetworkFormatException(field, "another name", $"1 to {LongestName} letters");
            if (IsTooLarge(minimum) || IsTooLarge(maximum) || IsTooLarge(mean) || minimum > maximum)
            {
                throw new NetworkFormatException(
                    field, "a range that is not one", $"numbers of at most {Limits.LargestMean} in size, the smaller one first");
            }
        }
        return inputs;

        // NaN, too, is not at most.
        static bool IsTooLarge(double value) => !(Math.Abs(value) <= Limits.LargestMean);
    }

    /// <summary>Writes the list where there is one.</summary>
    internal static void Write(Utf8JsonWriter json, ImmutableArray<NetworkInput> inputs)
    {
        if (inputs.IsDefaultOrEmpty) return;
        json.WriteStartArray("inputs");
        foreach (var input in inputs)
        {
            json.WriteStartObject();
            json.WriteString("name", input.Name);
            json.WriteNumber("minimum", input.Minimum);
            json.WriteNumber("maximum", input.Maximum);
            json.WriteNumber("whenNeverMeasured", input.WhenNeverMeasured);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote; empty where there is none.</summary>
    /// <exception cref="NetworkFormatException">It is no such list.</exception>
    internal static ImmutableArray<NetworkInput> Read(JsonObjectReader json, int features)
    {
        if (!json.Has("inputs")) return [];
        var inputs = json.Objects("inputs", Limits.MaximumFeatures).Select(item =>
        {
            var input = new NetworkInput(
                item.Text("name"), item.Number("minimum"), item.Number("maximum"), item.Number("whenNeverMeasured"));
            item.End();
            return input;
        });
        return Checked($"{json.Path}.inputs", [.. inputs], features);
    }
}
