using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FheOrleans.Networks.Layers;

namespace FheOrleans.Networks;

/// <summary>
/// A forecasting network with its weights in the clear: a window of time points x features goes in, one number comes out. The layers form a
/// graph without cycles, listed so that each reads only what stands before it. Immutable and thread-safe.
/// </summary>
public sealed class Network
{
    private readonly LayerShapes[] _shapes;

    /// <summary>Puts a network together and checks every shape.</summary>
    /// <param name="timePoints">Points in a window, 1 to 1024.</param>
    /// <param name="features">Numbers at each point, 1 to 1024; at most 4096 numbers in a window.</param>
    /// <param name="layers">1 to 64 layers; the last gives the forecast, one number. Every other is read by a later one.</param>
    /// <exception cref="NetworkFormatException">A size is out of range, shapes do not fit, or a layer is never read.</exception>
    public Network(int timePoints, int features, params ReadOnlySpan<Layer> layers)
    {
        Require("time points", timePoints, 1, Limits.MaximumTimePoints);
        Require("features", features, 1, Limits.MaximumFeatures);
        Require("inputs (time points x features)", timePoints * features, 1, Limits.MaximumInputs);
        Require("layers", layers.Length, 1, Limits.MaximumLayers);
        TimePoints = timePoints;
        Features = features;
        Layers = [.. layers];
        Shapes = [.. Connect()];
        _shapes = [.. Layers.Select((layer, i) => new LayerShapes(Shapes[layer.Inputs[0]], Shapes[i + 1]))];
        Means = [];
        Inputs = [];
        Require("parameters", ParameterCount = Layers.Sum(layer => layer.ParameterArray.Length), 0, Limits.MaximumParameters);
    }

    /// <summary>Points in a window.</summary>
    public int TimePoints { get; }

    /// <summary>Numbers at each point.</summary>
    public int Features { get; }

    /// <summary>The layers, each after everything it reads.</summary>
    public ImmutableArray<Layer> Layers { get; }

    /// <summary>Weights and biases in all.</summary>
    public int ParameterCount { get; }

    /// <summary>Shapes of the values: of the input first, then of each layer's output.</summary>
    public ImmutableArray<TensorShape> Shapes { get; }

    /// <summary>
    /// The mean of each channel of each value over the training windows: of the input's features first, then of each layer's outputs. Empty
    /// if not known. Part of the model and published with it: the fast circuits make good with them what rounded weights do on average.
    /// </summary>
    public ImmutableArray<ImmutableArray<double>> Means { get; private init; }

    /// <summary>
    /// What the features are and how they were scaled, one for each; empty if not known. Who publishes it with the model tells it to
    /// everybody who may use the model: only so can another farm's records be scaled as the network expects.
    /// </summary>
    public ImmutableArray<NetworkInput> Inputs { get; private init; }

    internal ReadOnlySpan<LayerShapes> LayerShapes => _shapes;

    /// <summary>The forecast for one window.</summary>
    /// <param name="window">Time points x features, point by point: what <see cref="WindowSet.Window"/> gives.</param>
    /// <exception cref="ArgumentException">The window has another length.</exception>
    public double Predict(ReadOnlySpan<double> window) => new ForwardPass(this).Predict(window);

    /// <summary>The forecasts for all windows of a set, in their order.</summary>
    /// <exception cref="ArgumentException">The set's windows have another shape.</exception>
    public double[] PredictBatch(WindowSet windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        windows.CheckShape(TimePoints, Features);
        var pass = new ForwardPass(this);
        var predictions = new double[windows.Count];
        for (var i = 0; i < predictions.Length; i++) predictions[i] = pass.Predict(windows.Window(i));
        return predictions;
    }

    /// <summary>The same network, knowing the means of its values over some windows.</summary>
    /// <param name="windows">The training windows, at least one.</param>
    /// <exception cref="ArgumentException">The set's windows have another shape, or there are none.</exception>
    public Network WithMeans(WindowSet windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        windows.CheckShape(TimePoints, Features);
        if (windows.Count == 0) throw new ArgumentException("There are no windows to take means of.", nameof(windows));
        var pass = new ForwardPass(this);
        var sums = Shapes.Select(shape => new double[shape.Channels]).ToArray();
        for (var i = 0; i < windows.Count; i++)
        {
            pass.Predict(windows.Window(i));
            for (var value = 0; value < sums.Length; value++)
            {
                for (var k = 0; k < pass.Values[value].Length; k++) sums[value][k % sums[value].Length] += pass.Values[value][k];
            }
        }
        return WithMeans([.. sums.Select((channels, value) =>
            channels.Select(sum => sum / ((double)windows.Count * Shapes[value].Positions)).ToImmutableArray())]);
    }

    /// <summary>The network as UTF-8 JSON, weights included; numbers keep every bit.</summary>
    public byte[] ToJson() => NetworkJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote. Safe on input from strangers: sizes are bounded before anything is allocated.</summary>
    /// <exception cref="NetworkFormatException">It is not such a network; says which part.</exception>
    public static Network FromJson(ReadOnlySpan<byte> utf8) => NetworkJson.Read(utf8);

    /// <summary>The network in a few lines of text, without its weights.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"input {Shapes[0]} (time points x features)");
        for (var i = 0; i < Layers.Length; i++)
        {
            var inputs = string.Join(", ", Layers[i].Inputs);
            text.Append(CultureInfo.InvariantCulture, $"\n{i + 1}: {Layers[i].Description} of {inputs} -> {Shapes[i + 1]}");
        }
        return text.Append(CultureInfo.InvariantCulture, $"\n{ParameterCount} parameters").ToString();
    }

    /// <summary>The same network with other parameters: those of all layers, one after another.</summary>
    internal Network WithParameters(ReadOnlySpan<double> parameters)
    {
        var layers = new Layer[Layers.Length];
        for (var (i, offset) = (0, 0); i < layers.Length; offset += Layers[i].ParameterArray.Length, i++)
            layers[i] = Layers[i].WithParameters(parameters.Slice(offset, Layers[i].ParameterArray.Length));
        return new Network(TimePoints, Features, layers);
    }

    /// <summary>The same network with means read from a file.</summary>
    /// <exception cref="NetworkFormatException">There are not as many as channels, or one is not finite or too large.</exception>
    internal Network WithMeans(ImmutableArray<ImmutableArray<double>> means)
    {
        Require("values with means", means.Length, Shapes.Length, Shapes.Length);
        for (var value = 0; value < means.Length; value++)
        {
            Require($"means of value {value}", means[value].Length, Shapes[value].Channels, Shapes[value].Channels);
            if (!means[value].All(mean => Math.Abs(mean) <= Limits.LargestMean))
                throw new NetworkFormatException($"means of value {value}", "one that is not finite or too large", $"at most {Limits.LargestMean} in size");
        }
        return new Network(TimePoints, Features, Layers.AsSpan()) { Means = means, Inputs = Inputs };
    }

    /// <summary>The same network, saying what its features are; nothing where the list is empty.</summary>
    /// <param name="inputs">One for each feature, or none.</param>
    /// <exception cref="NetworkFormatException">There are neither none nor as many, or one is out of range.</exception>
    public Network WithInputs(ImmutableArray<NetworkInput> inputs) =>
        new(TimePoints, Features, Layers.AsSpan()) { Means = Means, Inputs = NetworkInput.Checked("inputs", inputs, Features) };

    private List<TensorShape> Connect()
    {
        var shapes = new List<TensorShape> { new(TimePoints, Features) };
        var read = new bool[Layers.Length + 1];
        for (var i = 0; i < Layers.Length; i++)
        {
            foreach (var input in Layers[i].Inputs)
            {
                Require($"layer {i + 1}'s input", input, 0, i);
                read[input] = true;
            }
            var shape = Layers[i].Connect([.. Layers[i].Inputs.Select(input => shapes[input])]);
            Require($"numbers in layer {i + 1}'s output", shape.Count, 1, Limits.MaximumInputs);
            shapes.Add(shape);
        }
        if (shapes[^1] != new TensorShape(1, 1))
            throw new NetworkFormatException("last layer", $"an output of {shapes[^1]}", "1x1: a forecast is one number");
        for (var i = 1; i < Layers.Length; i++)
        {
            if (!read[i]) throw new NetworkFormatException($"layer {i}", "an output that nothing reads", "a later layer that reads it");
        }
        return shapes;
    }

    private static void Require(string field, int value, int minimum, int maximum)
    {
        if (value < minimum || value > maximum) throw new NetworkFormatException(field, $"{value}", $"{minimum} to {maximum}");
    }
}
