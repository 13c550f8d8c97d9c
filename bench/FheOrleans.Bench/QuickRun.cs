using System.Diagnostics;

namespace FheOrleans.Bench;

/// <summary>Medians at one setting in microseconds; node-seal's, or why there are none.</summary>
internal sealed record Measured(Setting Setting, Dictionary<string, double> Ours, Dictionary<string, double>? NodeSeal, string? Skipped);

/// <summary>
/// Rounds in which every operation of both libraries has its turn, so that whatever slows the machine for a while slows them all;
/// the median over the rounds.
/// </summary>
internal static class QuickRun
{
    private const int Rounds = 41;

    // A method called more than twice 30 times, with pauses of 100 ms in which nothing new is called, has reached the JIT's last tier.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    public static Measured Measure(Setting setting)
    {
        using var operations = new Operations(setting);
        using var nodeSeal = NodeSeal.TryStart(setting, out var skipped);
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < WarmUp;) operations.Round();
        for (var start = Stopwatch.GetTimestamp(); nodeSeal is not null && Stopwatch.GetElapsedTime(start) < WarmUp;) nodeSeal.Round();

        List<Dictionary<string, double>> ours = [], theirs = [];
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(operations.Round());
            if (nodeSeal is not null) theirs.Add(nodeSeal.Round());
        }
        return new Measured(setting, Medians(ours), nodeSeal is null ? null : Medians(theirs), skipped);
    }

    private static Dictionary<string, double> Medians(List<Dictionary<string, double>> rounds) =>
        rounds[0].Keys.ToDictionary(name => name, name => rounds.Select(round => round[name]).Order().ElementAt(rounds.Count / 2));
}
