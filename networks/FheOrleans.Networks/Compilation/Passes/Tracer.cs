using FheOrleans.Networks.Layers;

namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// First pass: turns a network into a graph of slot vectors.
/// </summary>
/// <remarks>
/// Herd layout: every number of every layer is a vector of its own. Series layout: every channel is one vector, and position p of a window
/// is the same vector rotated left by p times the spacing; a stride only widens the spacing of what it makes, since the positions between
/// are computed anyway, for other windows. Linear layers that meet without an activation between them merge here: fewer levels.
/// </remarks>
internal sealed class Tracer
{
    private readonly Network _network;
    private readonly CompilerOptions _options;
    private int _terms;

    private Tracer(Network network, CompilerOptions options) => (_network, _options) = (network, options);

    private bool IsHerd => _options.Layout == CircuitLayout.Herd;

    /// <summary>Traces the layers up to one of the network's values (counted as <see cref="Layer.Inputs"/> does), which is one number.</summary>
    public static Value Trace(Network network, CompilerOptions options, int output)
    {
        var tracer = new Tracer(network, options);
        var tensors = new List<Tensor> { tracer.Input() };
        foreach (var layer in network.Layers.AsSpan()[..output]) tensors.Add(tracer.Apply(layer, tensors));
        return tensors[output].Values[0];
    }

    /// <summary>The vectors of one network value. In the series layout there is one for each channel, and positions are rotations.</summary>
    private sealed record Tensor(TensorShape Shape, Value[] Values, int Spacing);

    private Tensor Input()
    {
        var shape = _network.Shapes[0];
        var values = new Value[IsHerd ? shape.Count : shape.Channels];
        for (var i = 0; i < values.Length; i++)
            values[i] = new InputValue { Index = i, Bound = _options.InputBound, Typical = 1, Mean = MeanOf(0, i % shape.Channels) };
        return new Tensor(shape, values, 1);
    }

    private Tensor Apply(Layer layer, List<Tensor> tensors)
    {
        var input = tensors[layer.Inputs[0]];
        return layer switch
        {
            Conv1D conv => Affine(conv, input, conv.Kernel, conv.Stride, _network.Shapes[tensors.Count]),
            Dense dense => Affine(dense, input, input.Shape.Positions, 1, _network.Shapes[tensors.Count]),
            Activation activation => input with
            {
                Values =
                [
                    .. input.Values.Select((value, i) =>
                        Activate(value, activation.Function, MeanOf(tensors.Count, i % input.Shape.Channels))),
                ],
            },
            Sum sum => Add([.. sum.Inputs.Select(i => tensors[i])]),
            _ => throw new InvalidOperationException($"No circuit form is known for {layer.Description}."),
        };
    }

    private Tensor Affine(AffineLayer layer, Tensor input, int kernel, int stride, TensorShape shape)
    {
        var positions = IsHerd ? shape.Positions : 1;
        var channels = input.Shape.Channels;
        var values = new Value[positions * shape.Channels];
        for (var position = 0; position < positions; position++)
        {
            for (var row = 0; row < shape.Channels; row++)
            {
                var sum = new LinearBuilder();
                sum.AddConstant(layer.Biases[row]);
                var weights = layer.Weights.Slice(row * layer.RowLength, layer.RowLength);
                for (var tap = 0; tap < kernel; tap++)
                {
                    for (var channel = 0; channel < channels; channel++)
                    {
                        var (source, step) = Read(input, position * stride + tap, channel);
                        sum.Add(source, step, weights[tap * channels + channel]);
                    }
                }
                values[position * shape.Channels + row] = Build(sum);
            }
        }
        return new Tensor(shape, values, input.Spacing * stride);
    }

    private (Value Source, int Step) Read(Tensor tensor, int position, int channel) => IsHerd
        ? (tensor.Values[position * tensor.Shape.Channels + channel], 0)
        : (tensor.Values[channel], position * tensor.Spacing);

    private Tensor Add(Tensor[] inputs)
    {
        var first = inputs[0];
        if (!IsHerd && first.Shape.Positions > 1 && inputs.Any(input => input.Spacing != first.Spacing))
        {
            throw new CircuitCompilationException(
                CircuitRefusal.Layout,
                "In the series layout a sum of several positions needs them equally far apart; here they are "
                + $"{string.Join(" and ", inputs.Select(input => input.Spacing).Distinct())} time points apart, because of "
                + "different strides. Use the herd layout, or one stride on both paths.");
        }
        var values = new Value[first.Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var sum = new LinearBuilder();
            foreach (var input in inputs) sum.Add(input.Values[i], 0, 1);
            values[i] = Build(sum);
        }
        return first with { Values = values };
    }

    /// <summary>The mean of a channel of one of the network's values, where the network knows it.</summary>
    private double? MeanOf(int value, int channel) => _network.Means.IsEmpty ? null : _network.Means[value][channel];

    private Value Activate(Value source, PolynomialActivation function, double? mean)
    {
        if (function.Degree == 1)
        {
            var line = new LinearBuilder();
            line.AddConstant(function.Coefficients[0]);
            line.Add(source, 0, function.Coefficients[1]);
            return Build(line);
        }
        if (function.Degree > 3)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.Degree, $"Activation {function.Name} has degree {function.Degree}; circuits are made for degrees up to 3.");
        }

        // Bounds are those of the folded form, which the folding pass works out.
        return new PolynomialValue { Source = source, Function = function, Bound = double.NaN, Typical = double.NaN, Mean = mean };
    }

    private LinearValue Build(LinearBuilder sum)
    {
        var value = sum.Build();
        _terms += value.Terms.Count;
        RequireTerms(_terms);
        return value;
    }

    /// <summary>Bounds the work a stranger's network can ask for.</summary>
    /// <exception cref="CircuitCompilationException">There are too many scalar products.</exception>
    internal static void RequireTerms(int terms)
    {
        if (terms > Limits.MaximumTerms)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.TooLarge,
                $"The circuit has more than {Limits.MaximumTerms} scalar products in this form. "
                + "Use a smaller network, the series layout, or fewer phases.");
        }
    }
}
