namespace FheOrleans.Networks.Layers;

/// <summary>
/// What a convolution and a dense layer share: each output is a bias plus the dot product of a contiguous block of the input with one row
/// of weights. A dense layer is the convolution whose kernel covers everything.
/// </summary>
public abstract class AffineLayer : Layer
{
    private protected AffineLayer(int input, string kind, int rows, ReadOnlySpan<double> parameters)
        : base([input], CheckedParameters(kind, parameters, WholeRows(parameters.Length, rows))) => Rows = rows;

    /// <summary>Weights, one row of <see cref="RowLength"/> for each filter or unit.</summary>
    public ReadOnlySpan<double> Weights => ParameterArray.AsSpan(0, Rows * RowLength);

    /// <summary>One bias for each filter or unit.</summary>
    public ReadOnlySpan<double> Biases => ParameterArray.AsSpan(Rows * RowLength);

    /// <summary>Numbers that one output reads: kernel x input channels; for a dense layer the whole input.</summary>
    public int RowLength => ParameterArray.Length / Rows - 1;

    private protected int Rows { get; }

    /// <summary>From one output position's block to the next, in positions of the input.</summary>
    private protected abstract int PositionStep { get; }

    internal override void Forward(LayerShapes shapes, ReadOnlySpan<double> parameters, ReadOnlySpan<double[]> inputs, double[] output)
    {
        var (length, step) = (RowLength, PositionStep * shapes.Input.Channels);
        var weights = parameters[..(Rows * length)];
        var biases = parameters[(Rows * length)..];
        for (var position = 0; position < shapes.Output.Positions; position++)
        {
            var block = inputs[0].AsSpan(position * step, length);
            for (var row = 0; row < Rows; row++)
                output[position * Rows + row] = biases[row] + VectorMath.Dot(block, weights.Slice(row * length, length));
        }
    }

    internal override void Backward(
        LayerShapes shapes,
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double[]> inputs,
        ReadOnlySpan<double> outputGradient,
        ReadOnlySpan<double[]?> inputGradients,
        Span<double> parameterGradient)
    {
        var (length, step) = (RowLength, PositionStep * shapes.Input.Channels);
        var weights = parameters[..(Rows * length)];
        var biasGradient = parameterGradient[(Rows * length)..];
        for (var position = 0; position < shapes.Output.Positions; position++)
        {
            var block = inputs[0].AsSpan(position * step, length);
            for (var row = 0; row < Rows; row++)
            {
                var gradient = outputGradient[position * Rows + row];
                biasGradient[row] += gradient;
                VectorMath.AddScaled(gradient, block, parameterGradient.Slice(row * length, length));
                if (inputGradients[0] is { } wanted)
                    VectorMath.AddScaled(gradient, weights.Slice(row * length, length), wanted.AsSpan(position * step, length));
            }
        }
    }

    /// <summary>The nearest length that holds whole rows of a weight and a bias at least: what to expect where the given one does not.</summary>
    private static int WholeRows(int length, int rows) => Math.Max(2, length / rows) * rows;
}
