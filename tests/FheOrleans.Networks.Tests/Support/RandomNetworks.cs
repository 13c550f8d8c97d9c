using FheOrleans.Networks.Layers;
using FheOrleans.Networks.Training;

namespace FheOrleans.Networks.Tests.Support;

/// <summary>Small random graphs of every kind of layer: several filters, strides, skips, any activation anywhere, weights of 0 now and then.</summary>
internal sealed class RandomNetworks(ulong seed)
{
    private readonly SeededRandom _random = new(seed);
    private readonly List<Layer> _layers = [];
    private readonly List<TensorShape> _shapes = [];

    /// <summary>How much work a test does: 1, or what FHE_TEST_EFFORT says.</summary>
    public static int Effort => int.TryParse(Environment.GetEnvironmentVariable("FHE_TEST_EFFORT"), out var effort) && effort > 0 ? effort : 1;

    /// <summary>Draws one.</summary>
    /// <param name="activations">At most this many activations one after another.</param>
    public Network Next(int activations)
    {
        _layers.Clear();
        _shapes.Clear();
        var (timePoints, features) = (4 + _random.NextInt32(9), 1 + _random.NextInt32(4));
        _shapes.Add(new TensorShape(timePoints, features));
        var value = Path(_random.NextInt32(activations + 1));

        // A second path beside it, of another depth, and a linear one past everything.
        if (_random.NextInt32(3) == 0) value = Sum(value, Path(_random.NextInt32(activations + 1)));
        if (_random.NextInt32(2) == 0) value = Sum(value, Dense(0, 1));
        if (_random.NextInt32(2) == 0) value = Activate(value);
        return new Network(timePoints, features, [.. _layers]);
    }

    /// <summary>Windows for it, with inputs in -1..1.</summary>
    public WindowSet Windows(Network network, int count)
    {
        var rows = count + network.TimePoints - 1;
        double[] points = [.. Enumerable.Range(0, rows * network.Features).Select(_ => _random.NextSymmetric(1))];
        return new WindowSet(points, network.Features, network.TimePoints, [.. Enumerable.Range(0, count)]);
    }

    /// <summary>From the input through some blocks to one number.</summary>
    private int Path(int blocks)
    {
        var value = 0;
        for (; blocks > 0; blocks--)
        {
            value = _random.NextInt32(3) == 0 ? Dense(value, 1 + _random.NextInt32(4)) : Conv(value);
            var before = value;
            if (_random.NextInt32(6) > 0) value = Activate(value);

            // A skip around the activation alone.
            if (value != before && _random.NextInt32(4) == 0) value = Sum(before, value);
        }
        return Dense(value, 1);
    }

    private int Add(Layer layer)
    {
        _shapes.Add(layer.Connect([.. layer.Inputs.Select(input => _shapes[input])]));
        _layers.Add(layer);
        return _layers.Count;
    }

    private int Conv(int input)
    {
        var (positions, channels) = (_shapes[input].Positions, _shapes[input].Channels);
        var kernel = 1 + _random.NextInt32(Math.Min(4, positions));
        var filters = 1 + _random.NextInt32(3);
        return Add(new Conv1D(input, kernel, filters, 1 + _random.NextInt32(2), Parameters(kernel * channels, filters)));
    }

    private int Dense(int input, int units) => Add(new Dense(input, units, Parameters(_shapes[input].Count, units)));

    private int Sum(int left, int right) => Add(new Sum(left, right));

    private int Activate(int input) => Add(new Activation(input, _random.NextInt32(5) switch
    {
        0 => PolynomialActivation.Square,
        1 => PolynomialActivation.Quadratic(_random.NextSymmetric(1), _random.NextSymmetric(1), _random.NextSymmetric(1)),
        2 => new PolynomialActivation("cubic", [_random.NextSymmetric(1), _random.NextSymmetric(1), _random.NextSymmetric(0.5), _random.NextSymmetric(0.5)], 4, 0),
        3 => new PolynomialActivation("line", [_random.NextSymmetric(1), _random.NextSymmetric(1)], 4, 0),
        _ => PolynomialActivation.Sigmoid3,
    }));

    private double[] Parameters(int weights, int rows)
    {
        var bound = 1.5 / Math.Sqrt(weights);
        return [.. Enumerable.Range(0, weights * rows).Select(_ => _random.NextInt32(8) == 0 ? 0 : _random.NextSymmetric(bound)),
            .. Enumerable.Range(0, rows).Select(_ => _random.NextSymmetric(0.5))];
    }
}
