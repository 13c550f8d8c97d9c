namespace FheOrleans.Interop.Tests.Support;

/// <summary>Vectors of numbers and how far they are apart.</summary>
internal static class Slots
{
    /// <summary>Numbers from -1 to 1, the same on every run.</summary>
    public static double[] Random(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextDouble()) - 1)];
    }

    public static double[] Rotate(double[] values, int step) =>
        [.. Enumerable.Range(0, values.Length).Select(i => values[(i + step + values.Length) % values.Length])];

    public static double LargestDifference(double[] left, double[] right)
    {
        Assert.Equal(left.Length, right.Length);
        return left.Zip(right, (a, b) => Math.Abs(a - b)).Max();
    }
}
