using FheOrleans.Networks.Training;

namespace FheOrleans.Networks.Tests.Support;

/// <summary>Seeded windows that look like normalized herd records: slow random walks in 0..1, and features that are 0 or 1.</summary>
internal static class Herds
{
    public static WindowSet Walks(ulong seed, int features, int timePoints, int windows)
    {
        var random = new SeededRandom(seed);
        var rows = windows + timePoints - 1;
        var points = new double[rows * features];
        for (var f = 0; f < features; f++)
        {
            var value = random.NextDouble();
            for (var t = 0; t < rows; t++)
            {
                value = Math.Clamp(value + random.NextSymmetric(0.15), 0, 1);
                points[t * features + f] = f % 3 == 2 ? Math.Round(value) : value;
            }
        }
        return new WindowSet(points, features, timePoints, [.. Enumerable.Range(0, windows)]);
    }

    /// <summary>Windows with targets that a fixed rule gives, plus a little noise: something to learn.</summary>
    public static WindowSet WithTargets(ulong seed, int features, int timePoints, int windows, Func<WindowSet, int, double> rule)
    {
        var set = Walks(seed, features, timePoints, windows);
        var random = new SeededRandom(seed + 1);
        double[] targets = [.. Enumerable.Range(0, windows).Select(i => rule(set, i) + random.NextSymmetric(0.02))];
        return new WindowSet(set.Points, features, timePoints, set.WindowStarts, targets);
    }
}
