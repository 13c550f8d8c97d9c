namespace FheOrleans.Client.Simulation;

/// <summary>Which herd to simulate.</summary>
public sealed record SimulationOptions
{
    /// <summary>Cows in the herd, 2 to 100,000. Defaults to 120: enough for some 2,000 test windows, forecast in about a minute.</summary>
    public int Cows { get; init; } = 120;

    /// <summary>Weeks of records, 26 to 2,600. Defaults to 156, three years.</summary>
    public int Weeks { get; init; } = 156;

    /// <summary>Seed: the same one gives the same herd, byte for byte. Defaults to 1.</summary>
    public ulong Seed { get; init; } = 1;
}
