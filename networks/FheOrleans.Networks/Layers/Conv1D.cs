namespace FheOrleans.Networks.Layers;

/// <summary>
/// A convolution along time without padding: output[p, f] = bias[f] + sum over d, c of weight[f, d, c] * input[p * stride + d, c].
/// </summary>
public sealed class Conv1D : AffineLayer
{
    /// <summary>Makes a convolution.</summary>
    /// <param name="input">The value it reads.</param>
    /// <param name="kernel">Positions that one output reads, 1 to 1024.</param>
    /// <param name="filters">Output channels, 1 to 1024.</param>
    /// <param name="stride">Positions between two outputs, 1 to 1024.</param>
    /// <param name="parameters">Weights [filter, kernel position, input channel], then one bias for each filter.</param>
    /// <exception cref="NetworkFormatException">A size is out of range, or a parameter is not finite.</exception>
    public Conv1D(int input, int kernel, int filters, int stride, ReadOnlySpan<double> parameters)
        : base(input, "conv1d", InRange("filters", filters, 1, Limits.MaximumChannels), parameters)
    {
        Kernel = InRange("kernel", kernel, 1, Limits.MaximumTimePoints);
        Stride = InRange("stride", stride, 1, Limits.MaximumTimePoints);
        if (RowLength % Kernel != 0)
            throw new NetworkFormatException("conv1d", $"{RowLength} weights for each filter", $"a multiple of the kernel, {Kernel}");
    }

    /// <summary>Positions that one output reads.</summary>
    public int Kernel { get; }

    /// <summary>Output channels.</summary>
    public int Filters => Rows;

    /// <summary>Positions between two outputs.</summary>
    public int Stride { get; }

    /// <summary>Channels it expects of its input.</summary>
    public int InputChannels => RowLength / Kernel;

    /// <inheritdoc/>
    public override string Description => $"conv1d kernel {Kernel}, filters {Filters}, stride {Stride}";

    private protected override int PositionStep => Stride;

    internal override TensorShape Connect(ReadOnlySpan<TensorShape> inputs)
    {
        var input = Single("conv1d", inputs);
        if (input.Channels != InputChannels)
            throw new NetworkFormatException("conv1d", $"weights for {InputChannels} input channels", $"{input.Channels}, what its input has");
        if (input.Positions < Kernel)
            throw new NetworkFormatException("conv1d", $"a kernel of {Kernel}", $"at most {input.Positions}, the positions of its input");
        return new TensorShape((input.Positions - Kernel) / Stride + 1, Filters);
    }

    internal override Layer WithParameters(ReadOnlySpan<double> parameters) => new Conv1D(Inputs[0], Kernel, Filters, Stride, parameters);
}
