namespace FheOrleans.Networks.Layers;

/// <summary>Adds two or more values of one shape, number by number: where a skip connection joins.</summary>
public sealed class Sum : Layer
{
    /// <summary>Makes a sum.</summary>
    /// <param name="inputs">The values to add, two to 64.</param>
    /// <exception cref="NetworkFormatException">There are fewer than two, or too many.</exception>
    public Sum(params ReadOnlySpan<int> inputs) : base([.. inputs], []) => InRange("sum's inputs", inputs.Length, 2, Limits.MaximumLayers);

    /// <inheritdoc/>
    public override string Description => "sum";

    internal override TensorShape Connect(ReadOnlySpan<TensorShape> inputs)
    {
        foreach (var shape in inputs)
        {
            if (shape != inputs[0]) throw new NetworkFormatException("sum", $"inputs of shapes {inputs[0]} and {shape}", "one shape");
        }
        return inputs[0];
    }

    internal override Layer WithParameters(ReadOnlySpan<double> parameters) => this;

    internal override void Forward(LayerShapes shapes, ReadOnlySpan<double> parameters, ReadOnlySpan<double[]> inputs, double[] output)
    {
        inputs[0].CopyTo(output, 0);
        foreach (var input in inputs[1..]) VectorMath.AddScaled(1, input, output);
    }

    internal override void Backward(
        LayerShapes shapes,
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double[]> inputs,
        ReadOnlySpan<double> outputGradient,
        ReadOnlySpan<double[]?> inputGradients,
        Span<double> parameterGradient)
    {
        foreach (var wanted in inputGradients)
        {
            if (wanted is not null) VectorMath.AddScaled(1, outputGradient, wanted);
        }
    }
}
