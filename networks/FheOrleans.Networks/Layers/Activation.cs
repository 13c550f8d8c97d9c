namespace FheOrleans.Networks.Layers;

/// <summary>Puts every number of its input through one polynomial.</summary>
public sealed class Activation : Layer
{
    private readonly double[] _coefficients;

    /// <summary>Makes an activation layer.</summary>
    /// <param name="input">The value it reads.</param>
    /// <param name="function">The polynomial.</param>
    public Activation(int input, PolynomialActivation function) : base([input], [])
    {
        ArgumentNullException.ThrowIfNull(function);
        Function = function;
        _coefficients = [.. function.Coefficients];
    }

    /// <summary>The polynomial.</summary>
    public PolynomialActivation Function { get; }

    /// <inheritdoc/>
    public override string Description => $"activation {Function.Name}, degree {Function.Degree}";

    internal override TensorShape Connect(ReadOnlySpan<TensorShape> inputs) => Single("activation", inputs);

    internal override Layer WithParameters(ReadOnlySpan<double> parameters) => this;

    internal override void Forward(LayerShapes shapes, ReadOnlySpan<double> parameters, ReadOnlySpan<double[]> inputs, double[] output)
    {
        for (var i = 0; i < output.Length; i++) output[i] = Polynomial.Evaluate(_coefficients, inputs[0][i]);
    }

    internal override void Backward(
        LayerShapes shapes,
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double[]> inputs,
        ReadOnlySpan<double> outputGradient,
        ReadOnlySpan<double[]?> inputGradients,
        Span<double> parameterGradient)
    {
        if (inputGradients[0] is not { } wanted) return;
        for (var i = 0; i < wanted.Length; i++) wanted[i] += outputGradient[i] * Polynomial.Derivative(_coefficients, inputs[0][i]);
    }
}
