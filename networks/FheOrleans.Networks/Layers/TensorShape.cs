namespace FheOrleans.Networks.Layers;

/// <summary>The shape of what one layer gives: positions along time, and channels at each. Stored position-major.</summary>
/// <param name="Positions">How many points in time; 1 after a dense layer.</param>
/// <param name="Channels">How many numbers at each of them.</param>
public readonly record struct TensorShape(int Positions, int Channels)
{
    /// <summary>How many numbers there are in all.</summary>
    public int Count => Positions * Channels;

    /// <inheritdoc/>
    public override string ToString() => $"{Positions}x{Channels}";
}
