namespace FheOrleans.Networks.Layers;

/// <summary>Every output reads the whole input: output[u] = bias[u] + sum over p, c of weight[u, p, c] * input[p, c].</summary>
public sealed class Dense : AffineLayer
{
    /// <summary>Makes a dense layer.</summary>
    /// <param name="input">The value it reads.</param>
    /// <param name="units">Outputs, 1 to 1024.</param>
    /// <param name="parameters">Weights [unit, position, channel], then one bias for each unit.</param>
    /// <exception cref="NetworkFormatException">A size is out of range, or a parameter is not finite.</exception>
    public Dense(int input, int units, ReadOnlySpan<double> parameters)
        : base(input, "dense", InRange("units", units, 1, Limits.MaximumChannels), parameters)
    {
    }

    /// <summary>Outputs.</summary>
    public int Units => Rows;

    /// <inheritdoc/>
    public override string Description => $"dense {Units}";

    private protected override int PositionStep => 0;

    internal override TensorShape Connect(ReadOnlySpan<TensorShape> inputs)
    {
        var input = Single("dense", inputs);
        if (input.Count != RowLength)
            throw new NetworkFormatException("dense", $"weights for {RowLength} inputs", $"{input.Count}, what its input has");
        return new TensorShape(1, Units);
    }

    internal override Layer WithParameters(ReadOnlySpan<double> parameters) => new Dense(Inputs[0], Units, parameters);
}
