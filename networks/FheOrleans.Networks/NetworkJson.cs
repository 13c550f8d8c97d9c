using System.Collections.Immutable;
using System.Text.Json;
using FheOrleans.Networks.Layers;

namespace FheOrleans.Networks;

/// <summary>
/// Networks as JSON. Every layer is an object with its kind, what it reads, its sizes and its parameters; an unknown or repeated property
/// is an error, so that a file never means less than it says.
/// </summary>
internal static class NetworkJson
{
    private const string Format = "fheorleans-network-1";

    public static byte[] Write(Network network) => JsonText.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteNumber("timePoints", network.TimePoints);
        json.WriteNumber("features", network.Features);
        json.WriteStartArray("layers");
        foreach (var layer in network.Layers) WriteLayer(json, layer);
        json.WriteEndArray();
        if (!network.Means.IsEmpty)
        {
            json.WriteStartArray("means");
            foreach (var channels in network.Means)
            {
                json.WriteStartArray();
                foreach (var mean in channels) json.WriteNumberValue(mean);
                json.WriteEndArray();
            }
            json.WriteEndArray();
        }
        NetworkInput.Write(json, network.Inputs);
        json.WriteEndObject();
    });

    public static Network Read(ReadOnlySpan<byte> utf8)
    {
        using var document = JsonText.Parse("network", utf8);
        var root = new JsonObjectReader("network", document.RootElement);
        root.RequireText("format", Format);
        var timePoints = root.Integer("timePoints", 1, Limits.MaximumTimePoints);
        var features = root.Integer("features", 1, Limits.MaximumFeatures);
        var layers = root.Objects("layers", Limits.MaximumLayers).Select(ReadLayer).ToArray();
        var means = root.NumberListsOr("means", Limits.MaximumLayers + 1, Limits.MaximumChannels);
        var inputs = NetworkInput.Read(root, features);
        root.End();
        var network = new Network(timePoints, features, layers).WithInputs(inputs);
        return means is null ? network : network.WithMeans([.. means.Select(channels => channels.ToImmutableArray())]);
    }

    private static void WriteLayer(Utf8JsonWriter json, Layer layer)
    {
        json.WriteStartObject();
        switch (layer)
        {
            case Conv1D conv:
                json.WriteString("type", "conv1d");
                json.WriteNumber("kernel", conv.Kernel);
                json.WriteNumber("filters", conv.Filters);
                json.WriteNumber("stride", conv.Stride);
                break;
            case Dense dense:
                json.WriteString("type", "dense");
                json.WriteNumber("units", dense.Units);
                break;
            case Activation { Function: var function }:
                json.WriteString("type", "activation");
                json.WriteString("name", function.Name);
                JsonText.WriteNumbers(json, "coefficients", function.Coefficients.AsSpan());
                if (double.IsFinite(function.Interval)) json.WriteNumber("interval", function.Interval);
                json.WriteNumber("maximumError", function.MaximumError);
                break;
            case Sum:
                json.WriteString("type", "sum");
                break;
            default:
                throw new InvalidOperationException($"No JSON form is known for {layer.Description}.");
        }
        JsonText.WriteNumbers(json, "inputs", layer.Inputs.AsSpan());
        if (layer is AffineLayer) JsonText.WriteNumbers(json, "parameters", layer.Parameters);
        json.WriteEndObject();
    }

    private static Layer ReadLayer(JsonObjectReader json)
    {
        var inputs = json.Integers("inputs", 1, Limits.MaximumLayers, 0, Limits.MaximumLayers);
        var type = json.Text("type");
        Layer layer = type switch
        {
            "conv1d" => new Conv1D(
                Single(json, inputs),
                json.Integer("kernel", 1, Limits.MaximumTimePoints),
                json.Integer("filters", 1, Limits.MaximumChannels),
                json.Integer("stride", 1, Limits.MaximumTimePoints),
                json.Numbers("parameters", 2, Limits.MaximumParameters)),
            "dense" => new Dense(
                Single(json, inputs),
                json.Integer("units", 1, Limits.MaximumChannels),
                json.Numbers("parameters", 2, Limits.MaximumParameters)),
            "activation" => new Activation(Single(json, inputs), new PolynomialActivation(
                json.Text("name"),
                json.Numbers("coefficients", 2, Limits.MaximumDegree + 1),
                json.NumberOr("interval", double.PositiveInfinity),
                json.Number("maximumError"))),
            "sum" => new Sum(inputs),
            _ => throw new NetworkFormatException($"{json.Path}.type", "an unknown kind of layer", "conv1d, dense, activation or sum"),
        };
        json.End();
        return layer;
    }

    private static int Single(JsonObjectReader json, int[] inputs) =>
        inputs.Length == 1 ? inputs[0] : throw new NetworkFormatException($"{json.Path}.inputs", $"{inputs.Length} inputs", "1");
}
