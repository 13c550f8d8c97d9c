using FheOrleans.Networks.Layers;

namespace FheOrleans.Networks;

/// <summary>The values of one window on its way through a network, in arrays that every further window reuses. Not thread-safe.</summary>
internal sealed class ForwardPass
{
    private readonly Network _network;
    private readonly double[][] _inputsOf;

    public ForwardPass(Network network)
    {
        _network = network;
        Values = [.. network.Shapes.Select(shape => new double[shape.Count])];
        _inputsOf = [.. network.Layers.SelectMany(layer => layer.Inputs).Select(input => Values[input])];
    }

    /// <summary>The network's input, then each layer's output, for the window seen last.</summary>
    public double[][] Values { get; }

    public double Predict(ReadOnlySpan<double> window)
    {
        Load(window);
        var inputs = _inputsOf.AsSpan();
        for (var i = 0; i < _network.Layers.Length; i++)
        {
            var layer = _network.Layers[i];
            layer.Forward(_network.LayerShapes[i], layer.ParameterArray, inputs[..layer.Inputs.Length], Values[i + 1]);
            inputs = inputs[layer.Inputs.Length..];
        }
        return Values[^1][0];
    }

    /// <summary>The same with parameters from outside: those of all layers, one after another.</summary>
    public double Predict(ReadOnlySpan<double> window, ReadOnlySpan<double> parameters)
    {
        Load(window);
        var inputs = _inputsOf.AsSpan();
        for (var i = 0; i < _network.Layers.Length; i++)
        {
            var layer = _network.Layers[i];
            var own = layer.ParameterArray.Length;
            layer.Forward(_network.LayerShapes[i], parameters[..own], inputs[..layer.Inputs.Length], Values[i + 1]);
            inputs = inputs[layer.Inputs.Length..];
            parameters = parameters[own..];
        }
        return Values[^1][0];
    }

    /// <summary>What a layer reads, in its order.</summary>
    public double[][] InputsOf(Layer layer) => [.. layer.Inputs.Select(input => Values[input])];

    private void Load(ReadOnlySpan<double> window)
    {
        if (window.Length != Values[0].Length)
            throw new ArgumentException($"The window has {window.Length} numbers, the network reads {Values[0].Length}.", nameof(window));
        window.CopyTo(Values[0]);
    }
}
