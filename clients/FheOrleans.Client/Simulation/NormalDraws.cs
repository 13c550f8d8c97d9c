using FheOrleans.Networks.Training;

namespace FheOrleans.Client.Simulation;

/// <summary>Normal numbers from the generator that training uses: the same on every machine.</summary>
internal static class NormalDraws
{
    /// <summary>
    /// Standard normal, by Box and Muller's transform; the second of the pair is not kept, so that a draw always takes two numbers.
    /// </summary>
    public static double NextNormal(this SeededRandom random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
