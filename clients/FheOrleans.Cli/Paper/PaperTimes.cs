namespace FheOrleans.Cli;

/// <summary>What several runs of one job took.</summary>
/// <param name="First">The first run: code is compiled, caches are cold.</param>
/// <param name="Steady">The median of each step over the runs after it.</param>
/// <param name="Runs">Runs after the first.</param>
internal sealed record PaperTimes(PaperSeconds First, PaperSeconds Steady, int Runs)
{
    /// <summary>Of the runs in their order, at least two.</summary>
    public static PaperTimes Of(IReadOnlyList<PaperSeconds> runs)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(runs.Count, 2);
        var later = runs.Skip(1).ToArray();
        return new(runs[0], new(Median(later, run => run.Encrypt), Median(later, run => run.Infer), Median(later, run => run.Decrypt)), later.Length);
    }

    private static double Median(PaperSeconds[] runs, Func<PaperSeconds, double> step)
    {
        var sorted = runs.Select(step).Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
