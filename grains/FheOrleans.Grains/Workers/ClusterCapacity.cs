using Microsoft.Extensions.Options;

namespace FheOrleans.Grains.Workers;

/// <summary>What this silo knows of all silos' threads: how many parts of an inference keep them busy.</summary>
internal sealed class ClusterCapacity(IOptions<FheGrainsOptions> options)
{
    // Parts are placed at random: twice the threads keeps one silo busy; over several, one has more and another less than its share, and with
    // twice as much again none runs dry (a closed network of two servers and eight customers is busy for 8/9 of the time at least).
    private const int PartsOfAThread = 2, PartsOfAThreadOfSeveralSilos = 4;

    private volatile ClusterWork? _work;

    /// <summary>Parts of one inference that are given out at once.</summary>
    internal int PartsInFlight => options.Value.PartsInFlight
        ?? (_work is { Silos: > 1, EvaluationThreads: > 0 } work
            ? PartsOfAThreadOfSeveralSilos * work.EvaluationThreads
            : PartsOfAThread * options.Value.EvaluationThreadsOrDefault);

    /// <summary>Whether grains that leave this silo may be on another one next.</summary>
    internal bool IsOneOfSeveral => _work is { Silos: > 1 };

    internal void Learn(ClusterWork work) => _work = work;
}
