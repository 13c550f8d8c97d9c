using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Tests.Herds.KnownAnswer;

public class WranglerTests
{
    [Fact]
    public void Read_TwoCowsOfTenWeeks_GivesWindowsScaledByTheTrainingPart()
    {
        // Windows of 4 + 1 in 10 weeks: 6 per cow. 70 % of 6 is 4, of which 70 % is 2; so 2 train, 2 validate, 2 test for each cow.
        var herd = CsvText.Read(CsvText.Herd(10, 10), new() { Columns = CsvText.Columns, TimePoints = 4 });

        Assert.Equal((4, 4, 4), (herd.Training.Count, herd.Validation.Count, herd.Test.Count));
        // Training windows cover weeks 1..5 and 2..6, targets included: milk 1..6 of cow 0 and 101..106 of cow 1.
        Assert.Equal((1, 106), (herd.Scaling.Minimum[0], herd.Scaling.Maximum[0]));
        Assert.Equal((1, 6), (herd.Scaling.Minimum[1], herd.Scaling.Maximum[1]));
        Assert.Equal([9.0, 10, 109, 110], herd.Test.TargetKilograms!.Value.ToArray());
        Assert.Equal([8.0, 9, 108, 109], herd.Test.LastKilograms.ToArray());
        // Cow 0, weeks 5..8: the milk is (5 - 1) / 105; the week is clipped at 6.
        Assert.Equal([4.0 / 105, 0.8, 5.0 / 105, 1, 6.0 / 105, 1, 7.0 / 105, 1], herd.Test.Windows.Window(0).ToArray());
        // A target is never clipped: an error in normalised units times the range is the error in kg.
        Assert.Equal(109.0 / 105, herd.Test.Windows.Targets![3], 12);
        Assert.Equal(110, herd.Scaling.ToKilograms(herd.Test.Windows.Targets[3]), 9);
        // What comes next: each cow's weeks 7..10.
        Assert.Equal([10.0, 110], herd.Latest.LastKilograms.ToArray());
        Assert.Null(herd.Latest.TargetKilograms);
    }

    [Fact]
    public void Read_CalendarDates_CutsAllAnimalsAtOneDate()
    {
        var text = "cow,day,milk\n" + string.Concat(from cow in new[] { "a", "b" } from day in Enumerable.Range(1, 21) select $"{cow},2024-03-{day:D2},{day}\n");
        var herd = CsvText.Read(text, new() { Columns = "animal=cow,time=day,target=milk,gap=1", TimePoints = 1 });

        // 40 targets on days 2..21: the 28th in order of time is of day 16, so the test begins there; the rest is cut at the 19th, day 11.
        Assert.Equal(Enumerable.Range(2, 9), herd.Training.TargetKilograms!.Value.Select(kg => (int)kg).Distinct().Order());
        Assert.Equal(Enumerable.Range(11, 5), herd.Validation.TargetKilograms!.Value.Select(kg => (int)kg).Distinct().Order());
        Assert.Equal(Enumerable.Range(16, 6), herd.Test.TargetKilograms!.Value.Select(kg => (int)kg).Distinct().Order());
    }

    [Fact]
    public void Read_MissingValues_AreFilledForwardNeverBackward()
    {
        const string Rows = "a,1,10,\na,2,11,4\na,3,12,\na,4,13,8\na,5,14,\na,6,15,\nb,1,10,6\nb,2,10,\nb,3,10,6\nb,4,10,6\nb,5,10,6\nb,6,10,6\n";
        var herd = CsvText.Read("cow,week,milk,fat\n" + Rows, new() { Columns = "animal=cow,time=week,target=milk,numeric=fat,gap=1", TimePoints = 1 });

        // Training: 70 % of 5 is 3, of which 2: cow a weeks 1..3 (fat: none, 4, 4), cow b weeks 1..3 (6, 6, 6): mean of the five is 5.2.
        Assert.Equal((4, 6, 5.2), (herd.Scaling.Minimum[1], herd.Scaling.Maximum[1], herd.Scaling.WhenNeverMeasured[1]));
        var fat = herd.Training.Windows.Points.Where((_, index) => index % 2 == 1).ToArray();
        // Cow a: week 1 has no earlier value and takes the training mean, not the 4 of week 2.
        Assert.Equal((5.2 - 4) / 2, fat[0], 12);
        Assert.Equal(0, fat[1]);
        // Cow a in weeks 4 and 5: the 8 of week 4 stays until there is another; clipped to 1.
        Assert.Equal([1.0, 1.0], [herd.Test.Windows.Window(0)[1], herd.Test.Windows.Window(1)[1]]);
    }

    [Fact]
    public void Read_Categories_BecomeOneInputEach()
    {
        var rows = string.Concat(Enumerable.Range(1, 10).Select(week => $"a,{week},5,{(week < 8 ? "red" : "unseen")}\nb,{week},6,black\n"));
        var herd = CsvText.Read("cow,week,milk,breed\n" + rows, new() { Columns = "animal=cow,time=week,target=milk,categorical=breed,gap=1", TimePoints = 2 });

        Assert.Equal(["milk", "breed=black", "breed=red"], herd.Scaling.Names.ToArray());
        Assert.Equal([0.0, 0, 1, 0, 0, 1], herd.Training.Windows.Window(0).ToArray());
        // A category that training has not seen is none of the known ones.
        Assert.Contains(0.0, herd.Test.Windows.Points.Where((_, index) => index % 3 == 2));
    }

    [Fact]
    public void Read_FarmColumn_TakesOneFarmOrAll()
    {
        var text = "farm,cow,week,milk\n" + string.Concat(
            from farm in new[] { "north", "south" } from cow in new[] { 1, 2 } from week in Enumerable.Range(1, 12) select $"{farm},{cow},{week},{week}\n");
        const string Columns = "farm=farm,animal=cow,time=week,target=milk,gap=1";

        Assert.Equal((2, 4), (CsvText.Read(text, new WranglingOptions { Columns = Columns }.WithShortWindows()).Farms, CsvText.Read(text, new WranglingOptions { Columns = Columns }.WithShortWindows()).Animals.Length));
        Assert.Equal(["south/1", "south/2"], CsvText.Read(text, new WranglingOptions { Columns = Columns, Farm = "south" }.WithShortWindows()).Animals.ToArray());
        Assert.Contains("nearest name is 'south'", Assert.Throws<UnknownFarmException>(() => CsvText.Read(text, new() { Columns = Columns, Farm = "sout" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Functions_ApplyInsideOut()
    {
        var rows = string.Concat(Enumerable.Range(1, 10).Select(week => $"a,2024-{week:D2}-01,5,{(week == 3 ? 0 : 99)}\nb,2024-{week:D2}-01,6,9\n"));
        var herd = CsvText.Read("cow,day,milk,cells\n" + rows, new() { Columns = "animal=cow,time=day,target=milk,numeric=ln1p(positive(cells)),month(day),gap=31", TimePoints = 2 });

        Assert.Equal(["milk", "ln1p(positive(cells))", "month(day)"], herd.Scaling.Names.ToArray());
        Assert.Equal((Math.Log(10), Math.Log(100)), (herd.Scaling.Minimum[1], herd.Scaling.Maximum[1]));
        Assert.Equal(1, herd.Scaling.Minimum[2]);
    }
}

internal static class ShortWindows
{
    public static WranglingOptions WithShortWindows(this WranglingOptions options) => options with { TimePoints = 3 };
}
