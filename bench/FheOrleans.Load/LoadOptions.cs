namespace FheOrleans.Load;

/// <summary>What a run of live forecasts is like; the command line says what each is for.</summary>
internal sealed record LoadOptions
{
    public required int Tenants { get; init; }

    public required int FarmsPerTenant { get; init; }

    public required TimeSpan Duration { get; init; }

    public required TimeSpan Interval { get; init; }

    public required int TimePoints { get; init; }

    public required int Features { get; init; }

    public required int Animals { get; init; }

    public required int Connections { get; init; }

    public required int? Workers { get; init; }

    public required int? MemoryMebibytes { get; init; }
}
