using System.Globalization;
using System.Text;
using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Tests.Herds.Property;

/// <summary>Laws of wrangling over random herds. The seed of a failing herd is in the message.</summary>
public class WindowTests
{
    private const int TimePoints = 5, Herds = 40;

    [Fact]
    public void Windows_OfAnyHerd_NeverCrossAnAnimalRunOrGap() => ForRandomHerds((records, herd, seed) =>
    {
        foreach (var part in new[] { herd.Training, herd.Validation, herd.Test })
        {
            for (var window = 0; window < part.Count; window++)
            {
                var indices = Indices(part, window);
                var found = indices.Select(index => records[index]).ToArray();
                for (var i = 1; i < found.Length; i++)
                {
                    Assert.True(found[i].Cow == found[0].Cow && found[i].Lactation == found[0].Lactation, $"seed {seed}: window {window} crosses an animal or a lactation");
                    Assert.True(found[i].Week - found[i - 1].Week is 1 or 2, $"seed {seed}: window {window} crosses a gap or goes back");
                }
                // And the window's points are those records' values, in order.
                Assert.True(
                    part.Windows.Window(window).ToArray().SequenceEqual(indices.SkipLast(1).Select(index => herd.Scaling.Normalize(0, index))),
                    $"seed {seed}: window {window} holds other records");
            }
        }
    });

    [Fact]
    public void Windows_OfAnyHerd_AreAllThereAreAndEachInOnePart() => ForRandomHerds((records, herd, seed) =>
    {
        var expected = 0;
        for (var first = 0; first + TimePoints < records.Count; first++)
        {
            var span = records.Skip(first).Take(TimePoints + 1).ToArray();
            if (span.Zip(span.Skip(1), (before, after) => after.Cow == before.Cow && after.Lactation == before.Lactation && after.Week - before.Week <= 2).All(unbroken => unbroken)) expected++;
        }
        var targets = new[] { herd.Training, herd.Validation, herd.Test }.SelectMany(part => part.TargetKilograms!.Value).ToArray();
        Assert.True(expected == targets.Length, $"seed {seed}: {targets.Length} windows, expected {expected}");
        Assert.True(targets.Distinct().Count() == targets.Length, $"seed {seed}: a window is in two parts");
    });

    [Fact]
    public void Scaling_OfAnyHerd_DoesNotSeeWhatCameAfterTraining() => ForRandomHerds((records, herd, seed) =>
    {
        // Raising every record that no training window covers must leave scaling and training windows as they were.
        var seen = new HashSet<int>();
        for (var window = 0; window < herd.Training.Count; window++) seen.UnionWith(Indices(herd.Training, window));
        var altered = CsvText.Read(Text(records, index => seen.Contains(index) ? index : index + 1_000_000), Options);
        Assert.True(herd.Scaling.Minimum.SequenceEqual(altered.Scaling.Minimum) && herd.Scaling.Maximum.SequenceEqual(altered.Scaling.Maximum), $"seed {seed}: the scaling saw the future");
        Assert.True(herd.Training.Windows.Points.SequenceEqual(altered.Training.Windows.Points), $"seed {seed}: a training window saw the future");
        Assert.True(altered.Test.Windows.Points.All(point => point is >= 0 and <= 1), $"seed {seed}: an input is outside 0..1");
    });

    [Fact]
    public void Inputs_OfAnyHerd_DoNotSeeTheirTarget() => ForRandomHerds((records, herd, seed) =>
    {
        // Every test target is later than all of its window, and no training target of a run is later than a test target of it.
        for (var window = 0; window < herd.Test.Count; window++)
        {
            var target = records[(int)Math.Round(herd.Test.TargetKilograms!.Value[window])];
            Assert.True(herd.Test.LastTime[window] < target.Week, $"seed {seed}: window {window} reaches its target");
        }
    });

    [Fact]
    public void Read_RowsInAnyOrder_GivesTheSameWindows() => ForRandomHerds((records, herd, seed) =>
    {
        var lines = Text(records, index => index).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var shuffled = lines.Skip(1).ToArray();
        new Random(seed).Shuffle(shuffled);
        // Animals are numbered by appearance, so parts are compared as sets of targets.
        var again = CsvText.Read(lines[0] + "\n" + string.Join('\n', shuffled) + "\n", Options);
        Assert.True(herd.Test.TargetKilograms!.Value.Order().SequenceEqual(again.Test.TargetKilograms!.Value.Order()), $"seed {seed}");
        Assert.True(herd.Scaling.Maximum.SequenceEqual(again.Scaling.Maximum), $"seed {seed}");
    });

    private sealed record Record(int Cow, int Lactation, int Week);

    private static WranglingOptions Options => new() { Columns = "animal=cow,time=week,run=lactation,target=milk,gap=2,order=run", TimePoints = TimePoints };

    /// <summary>The records a window and its target must be of: records are in order, and the target's milk says which one it is.</summary>
    private static int[] Indices(HerdPart part, int window) => [.. Enumerable.Range((int)part.TargetKilograms!.Value[window] - TimePoints, TimePoints + 1)];

    private static void ForRandomHerds(Action<List<Record>, WrangledHerd, int> check)
    {
        for (var seed = 1; seed <= Herds; seed++)
        {
            var records = RandomHerd(new Random(seed));
            check(records, CsvText.Read(Text(records, index => index), Options), seed);
        }
    }

    /// <summary>Records in order of cow, lactation, week; with gaps of 2 (allowed) and more. The milk of a record is its index.</summary>
    private static List<Record> RandomHerd(Random random)
    {
        var records = new List<Record>();
        for (var cow = 0; cow < random.Next(3, 9); cow++)
        {
            for (var lactation = 1; lactation <= random.Next(1, 4); lactation++)
            {
                var week = 0;
                for (var i = random.Next(1, 40); i > 0; i--)
                {
                    week += random.Next(10) switch { 0 => 2, 1 => random.Next(3, 6), _ => 1 };
                    records.Add(new(cow, lactation, week));
                }
            }
        }
        // So that there is always something to split.
        for (var week = 1; week <= 30; week++) records.Add(new(1000, 1, week));
        return records;
    }

    private static string Text(List<Record> records, Func<int, int> milk)
    {
        var text = new StringBuilder("cow,lactation,week,milk\n");
        for (var i = 0; i < records.Count; i++) text.Append(CultureInfo.InvariantCulture, $"{records[i].Cow},{records[i].Lactation},{records[i].Week},{milk(i)}\n");
        return text.ToString();
    }
}
