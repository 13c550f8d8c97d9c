using FheOrleans.Client.Herds;
using FheOrleans.Tests;

namespace FheOrleans.Client.Tests.Herds.KnownAnswer;

/// <summary>Counts and baselines of real records, as worked out independently (in Python) when the records were collected.</summary>
public class RealHerdTests
{
    private static readonly string[] Danish = ["dairy", "danish_milkman", "weekly.csv"];
    private static readonly string[] French = ["dairy", "french_testday", "testday_80herds.csv.gz"];

    [SharedDataFact]
    public void Read_DanishWeekly_GivesTheKnownWindowsAndNaiveForecast()
    {
        var herd = HerdReader.Read(SharedData.PathOf(Danish), new());

        Assert.Equal((12_312, 21, 7), (herd.Rows, herd.RowsWithoutTarget, herd.Features));
        Assert.Equal(6_031, herd.Training.Count + herd.Validation.Count + herd.Test.Count);
        Assert.Equal(1_986, herd.Test.Count);
        var (mae, mape) = Naive(herd.Test);
        Assert.Equal(0.931, mae, 0.0005);
        Assert.Equal(7.19, mape, 0.005);
        Assert.False(herd.IsSimulated);
    }

    [SharedDataFact]
    public void Read_FrenchTestDays_GivesOnlyUnbrokenWindows()
    {
        var herd = HerdReader.Read(SharedData.PathOf(French), new());

        Assert.Equal((204_274, 80, 7), (herd.Rows, herd.Farms, herd.Features));
        Assert.Equal(["milk_kg", "positive(fat_pct)", "positive(protein_pct)", "ln1p(positive(scc_1000_per_ml))", "dim", "parity", "month(test_date)"], herd.Scaling.Names.ToArray());
        var (_, mape) = Naive(herd.Test);
        Assert.InRange(mape, 16.0, 20.0);
    }

    [SharedDataFact]
    public void Read_OneFrenchHerdWithBreeds_AddsTheirInputs()
    {
        var herd = HerdReader.Read(SharedData.PathOf(French), new() { Farm = "FR000001", Columns = "categorical=breed_code,gap=none" });

        Assert.Equal(1, herd.Farms);
        Assert.All(herd.Scaling.Names.Skip(7), name => Assert.StartsWith("breed_code=", name));
        Assert.True(herd.Features > 7);
    }

    private static (double Mae, double Mape) Naive(HerdPart part)
    {
        var errors = part.TargetKilograms!.Value.Zip(part.LastKilograms, (target, last) => (Absolute: Math.Abs(last - target), target)).ToArray();
        return (errors.Average(error => error.Absolute), 100 * errors.Average(error => error.Absolute / error.target));
    }
}
