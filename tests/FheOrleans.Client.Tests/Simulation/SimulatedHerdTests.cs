using System.Text;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Simulation;

namespace FheOrleans.Client.Tests.Simulation;

public class SimulatedHerdTests
{
    [Fact]
    public void Write_TheSameSeed_GivesTheSameBytes()
    {
        Assert.Equal(Text(new() { Seed = 7, Cows = 5 }), Text(new() { Seed = 7, Cows = 5 }));
        Assert.NotEqual(Text(new() { Seed = 7, Cows = 5 }), Text(new() { Seed = 8, Cows = 5 }));
    }

    [Fact]
    public void Write_MoreCows_LeavesTheOthersAsTheyWere() =>
        Assert.StartsWith(Text(new() { Cows = 4 }), Text(new() { Cows = 6 }), StringComparison.Ordinal);

    [Fact]
    public void Write_ALargeHerd_HasTheStatisticsItWasGiven()
    {
        var records = Text(new() { Cows = 400, Seed = 3 }).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Parse).ToArray();

        // French first-lactation cows around their peak: a t^b exp(-ct) at day 60 is 19.39 * 60^0.1069 * exp(-0.111) = 26.9 kg, give or take a cow.
        Assert.InRange(records.Where(record => record.Lactation == 1 && record.Week is >= 7 and <= 10).Average(record => record.Milk), 25, 30);
        Assert.InRange(records.Where(record => record.Lactation >= 3 && record.Week is >= 7 and <= 10).Average(record => record.Milk), 31, 40);
        // Later lactations start higher and fall faster.
        Assert.True(records.Where(record => record.Week <= 10).GroupBy(record => Math.Min(record.Lactation, 3)).OrderBy(group => group.Key).Select(group => group.Average(record => record.Milk)).ToArray() is [var first, var second, var later] && first < second && second <= later + 1);
        Assert.InRange(records.Where(record => record.Fat is not null).Average(record => record.Fat!.Value), 4.3, 4.8);
        Assert.InRange(records.Where(record => record.Protein is not null).Average(record => record.Protein!.Value), 3.3, 3.7);
        Assert.InRange(records.Average(record => record.Intake), 14, 26);
        Assert.InRange(records.Average(record => record.Weight), 550, 720);
        Assert.InRange(records.Count(record => record.Fat is null) / (double)records.Length, 0.03, 0.07);
    }

    [Fact]
    public void Read_ASimulatedHerd_IsCalledSimulated()
    {
        var herd = HerdReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(Text(new() { Cows = 20 }))), "weekly.csv", new());
        Assert.True(herd.IsSimulated);
        Assert.Equal(SimulatedHerd.Label, herd.Label);
        Assert.Equal(7, herd.Features);
    }

    private static string Text(SimulationOptions options)
    {
        using var text = new StringWriter();
        SimulatedHerd.Write(text, options);
        return text.ToString();
    }

    private sealed record Record(int Lactation, int Week, double Milk, double? Fat, double? Protein, double Intake, double Weight);

    private static Record Parse(string line)
    {
        var cells = line.Split(',');
        static double Number(string cell) => double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture);
        return new(
            (int)Number(cells[1]), (int)Number(cells[3]), Number(cells[4]), cells[5].Length == 0 ? null : Number(cells[5]),
            cells[6].Length == 0 ? null : Number(cells[6]), Number(cells[7]), Number(cells[8]));
    }
}
