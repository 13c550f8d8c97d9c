namespace FheOrleans.Networks.Training;

/// <summary>The gradient of a network's output with respect to its parameters, in arrays that every further window reuses. Not thread-safe.</summary>
internal sealed class BackwardPass
{
    private readonly Network _network;
    private readonly double[][] _gradients;
    private readonly double[][][] _inputsOf;
    private readonly double[]?[][] _inputGradientsOf;
    private readonly int[] _offsets;

    public BackwardPass(Network network)
    {
        _network = network;
        Forward = new ForwardPass(network);
        _gradients = [.. network.Shapes.Select(shape => new double[shape.Count])];
        _inputsOf = [.. network.Layers.Select(Forward.InputsOf)];
        _inputGradientsOf = [.. network.Layers.Select(layer => layer.Inputs.Select(input => input == 0 ? null : _gradients[input]).ToArray())];
        _offsets = new int[network.Layers.Length];
        for (var i = 1; i < _offsets.Length; i++) _offsets[i] = _offsets[i - 1] + network.Layers[i - 1].ParameterArray.Length;
    }

    /// <summary>The values the gradient is taken at: run it first.</summary>
    public ForwardPass Forward { get; }

    /// <summary>Adds outputGradient * d output / d parameters to <paramref name="parameterGradient"/>.</summary>
    public void Accumulate(double outputGradient, ReadOnlySpan<double> parameters, Span<double> parameterGradient)
    {
        for (var i = 1; i < _gradients.Length; i++) Array.Clear(_gradients[i]);
        _gradients[^1][0] = outputGradient;
        for (var i = _offsets.Length - 1; i >= 0; i--)
        {
            var layer = _network.Layers[i];
            var own = layer.ParameterArray.Length;
            layer.Backward(
                _network.LayerShapes[i],
                parameters.Slice(_offsets[i], own),
                _inputsOf[i],
                _gradients[i + 1],
                _inputGradientsOf[i],
                parameterGradient.Slice(_offsets[i], own));
        }
    }
}
