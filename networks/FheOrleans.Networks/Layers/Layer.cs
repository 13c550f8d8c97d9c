using System.Collections.Immutable;

namespace FheOrleans.Networks.Layers;

/// <summary>
/// One node of a network's graph: what it computes, its weights, and which earlier outputs it reads. Immutable; training makes new ones.
/// </summary>
/// <remarks>
/// Values are numbered along the network: 0 is the network's input, i is the output of its i-th layer (counted from 1). The passes that
/// training runs take the weights from outside, so that one flat array can be stepped by the optimizer.
/// </remarks>
public abstract class Layer
{
    private protected Layer(ImmutableArray<int> inputs, double[] parameters)
    {
        Inputs = inputs;
        ParameterArray = parameters;
    }

    /// <summary>The values it reads, by number: 0 is the network's input, i the output of layer i counted from 1.</summary>
    public ImmutableArray<int> Inputs { get; }

    /// <summary>Its weights followed by its biases; empty for a layer that learns nothing.</summary>
    public ReadOnlySpan<double> Parameters => ParameterArray;

    /// <summary>The layer in one line, without its weights.</summary>
    public abstract string Description { get; }

    internal double[] ParameterArray { get; }

    /// <summary>Checks that the inputs fit and gives the shape of the output.</summary>
    /// <exception cref="NetworkFormatException">They do not fit.</exception>
    internal abstract TensorShape Connect(ReadOnlySpan<TensorShape> inputs);

    /// <summary>The same layer with other parameters, in the same order.</summary>
    internal abstract Layer WithParameters(ReadOnlySpan<double> parameters);

    /// <summary>Computes the output from the inputs. Every array has the length its shape says.</summary>
    internal abstract void Forward(LayerShapes shapes, ReadOnlySpan<double> parameters, ReadOnlySpan<double[]> inputs, double[] output);

    /// <summary>
    /// Adds d loss / d parameters to <paramref name="parameterGradient"/> and d loss / d input to each of
    /// <paramref name="inputGradients"/>; a null one is not wanted.
    /// </summary>
    internal abstract void Backward(
        LayerShapes shapes,
        ReadOnlySpan<double> parameters,
        ReadOnlySpan<double[]> inputs,
        ReadOnlySpan<double> outputGradient,
        ReadOnlySpan<double[]?> inputGradients,
        Span<double> parameterGradient);

    private protected static double[] CheckedParameters(string layer, ReadOnlySpan<double> parameters, int expected)
    {
        if (parameters.Length != expected)
            throw new NetworkFormatException(layer, $"{parameters.Length} parameters", $"{expected}");
        foreach (var value in parameters)
        {
            if (!double.IsFinite(value) || Math.Abs(value) > Limits.LargestParameter)
                throw new NetworkFormatException(layer, "a parameter that is not finite or too large", $"at most {Limits.LargestParameter} in size");
        }
        return parameters.ToArray();
    }

    private protected static TensorShape Single(string layer, ReadOnlySpan<TensorShape> inputs) =>
        inputs.Length == 1 ? inputs[0] : throw new NetworkFormatException(layer, $"{inputs.Length} inputs", "1");

    private protected static int InRange(string what, int value, int minimum, int maximum) =>
        value >= minimum && value <= maximum
            ? value
            : throw new NetworkFormatException(what, $"{value}", $"{minimum} to {maximum}");
}

/// <summary>The shapes a layer works between, in one network: that of its first input and that of its output.</summary>
internal readonly record struct LayerShapes(TensorShape Input, TensorShape Output);
