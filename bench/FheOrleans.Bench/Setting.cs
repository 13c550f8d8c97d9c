namespace FheOrleans.Bench;

/// <summary>Parameters to measure at, and the scale of the operands.</summary>
internal sealed record Setting(int Degree, int[] ModulusBits, int ScaleBits)
{
    /// <summary>A chain for each of two ring sizes; the prime that <c>rescale</c> divides by is as large as the scale.</summary>
    public static Setting[] All { get; } =
    [
        new(8192, [45, 38, 38, 38, 45], 38),
        new(16384, [60, 40, 40, 40, 40, 40, 40, 60], 40),
    ];

    public double Scale => Math.ScaleB(1, ScaleBits);

    public override string ToString() => $"{Degree}";
}
