using FheOrleans.Client.Herds;
using FheOrleans.Networks.Training;

namespace FheOrleans.Client.Simulation;

/// <summary>A simulated herd with as many time points and windows as the paper's herd has, whose records are not public.</summary>
/// <remarks>
/// <code>
/// 1,779 cows with 21 records and more    93,278 records    57,698 = 93,278 - 1,779 x 20 windows of 20 + 1
///     1 cow with 5 records                    5 records         0 windows
/// </code>
/// About 110 cows are there at a time; as one goes another comes, for some twenty years. A cow's series goes on over her dry weeks, as it
/// must: the paper's counts leave 52 records to a series. The paper's test set is 30 % of the windows, rounded: the latest 17,309.
/// </remarks>
public static class PaperSizedHerd
{
    /// <summary>Records in the herd (the paper, section 2.1).</summary>
    public const int TimePoints = 93_283;

    /// <summary>Windows of 20 points and a target.</summary>
    public const int Windows = 57_698;

    /// <summary>Windows of the test set.</summary>
    public const int TestWindows = 17_309;

    private const int WindowPoints = 20, Cows = (TimePoints - Windows) / WindowPoints, RecordsOfTheLast = (TimePoints - Windows) % WindowPoints;

    // Records of a cow, drawn evenly: their mean is that of the herd, and every cow has a window.
    private const int FewestRecords = 25, MostRecords = 80;

    // A cow comes every four days: with some 62 weeks for 52 records that is a herd of about 110.
    private const int DaysBetweenCows = 4;

    private static readonly DateOnly FirstWeek = new(2001, 1, 7);

    /// <summary>How the herd is wrangled: a series goes on over dry weeks, and the test part has the paper's size.</summary>
    public static WranglingOptions Wrangling { get; } = new() { Columns = "run=none,gap=none", TimePoints = WindowPoints, TestWindows = TestWindows };

    /// <summary>Writes the records as CSV.</summary>
    /// <param name="destination">Where to write; not disposed.</param>
    /// <param name="seed">The same one gives the same herd, byte for byte.</param>
    public static void Write(TextWriter destination, ulong seed = 1)
    {
        ArgumentNullException.ThrowIfNull(destination);
        SimulatedHerd.Write(destination, seed, Stays(new(seed)));
    }

    private static IEnumerable<SimulatedHerd.Stay> Stays(SeededRandom random)
    {
        var records = new int[Cows];
        for (var cow = 0; cow < Cows; cow++) records[cow] = FewestRecords + random.NextInt32(MostRecords - FewestRecords + 1);
        // What the draw missed of the sum is spread over the cows, one record each.
        for (var (cow, missing) = (0, TimePoints - RecordsOfTheLast - records.Sum()); missing != 0; cow = (cow + 1) % Cows)
        {
            var step = Math.Sign(missing);
            if (records[cow] + step <= WindowPoints) continue;
            records[cow] += step;
            missing -= step;
        }
        return records.Append(RecordsOfTheLast).Select((count, cow) =>
            new SimulatedHerd.Stay(FirstWeek.AddDays(DaysBetweenCows * cow / 7 * 7), DateOnly.MaxValue.AddDays(-7), count));
    }
}
