using System.Text;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Live;

namespace FheOrleans.Client.Tests.Live;

public class HerdPointsTests
{
    private static readonly MinMaxScaling Scaling = new(["milk", "fat", "breed=hf"], [0, 0, 0], [50, 10, 1], [25, 4, 0.5]);

    [Fact]
    public void Of_DatesOfOneCalendar_MakesAPointOfEachWeekWhateverTheDay()
    {
        var points = Points(
            "time=day,gap=7,order=calendar",
            "a,2026-01-05,20,4,hf", "b,2026-01-07,21,4,x", "a,2026-01-12,22,,hf", "b,2026-01-14,23,5,x", "a,2026-01-26,24,4,hf");

        Assert.Equal(["a b", "a b", "a"], points.Select(Names));
        Assert.Equal([20, 4, 1], points[0][0].Row);
        Assert.Equal([22, 4, 1], points[1][0].Row); // Not measured: the value before stands.
        Assert.Equal([21, 4, 0], points[0][1].Row); // A category that training has not seen.
    }

    [Fact]
    public void Of_TimesWithinAnAnimal_MakesAPointOfEachTurn()
    {
        var points = Points("time=day,gap=1,order=run", "a,10,20,4,hf", "a,11,21,4,hf", "b,3,22,4,hf", "b,4,23,4,hf", "b,5,24,4,hf");

        // Who enters comes with its last records, so that all end with the same point.
        Assert.Equal(["b", "a b", "a b"], points.Select(Names));
        Assert.Equal([21, 4, 1], points[2][0].Row);
    }

    [Fact]
    public void Of_RecordsThatWereAppended_ArePassedOverAndFillForward()
    {
        var seen = new Dictionary<string, LivePlace> { ["a"] = new("a", 1, 2, 0, 11, [21, 3.5, 1]) };

        var points = HerdPoints.Of(Table("time=day,gap=1,order=run", "a,10,20,4,hf", "a,11,21,4,hf", "a,12,22,,hf", "b,0,8,4,hf", "b,1,9,4,hf"), Scaling, seen, 11);

        Assert.Equal(["a b"], points.Select(Names));
        Assert.Equal([22, 3.5, 1], points[0][0].Row);
        Assert.Equal([9, 4, 1], points[0][1].Row); // Of its past only as much as there are new points.
        Assert.Empty(HerdPoints.Of(Table("time=day,gap=1,order=run", "a,11,21,4,hf"), Scaling, seen, 11));
    }

    [Fact]
    public void Of_DatesUpToTheLastPoint_ArePassedOverWhoeverTheyAreOf()
    {
        // Animal b was dry when the forecast was begun: its past is not appended after the present.
        var seen = new Dictionary<string, LivePlace> { ["a"] = new("a", 1, 1, 0, new DateOnly(2026, 1, 12).DayNumber, [21, 3.5, 1]) };

        var points = HerdPoints.Of(
            Table("time=day,gap=7,order=calendar", "b,2026-01-05,20,4,hf", "a,2026-01-12,21,4,hf", "a,2026-01-19,22,4,hf", "b,2026-01-19,23,4,hf"),
            Scaling, seen, new DateOnly(2026, 1, 12).DayNumber);

        Assert.Equal(["a b"], points.Select(Names));
    }

    private static string Names(IReadOnlyList<HerdRecord> point) => string.Join(' ', point.Select(record => record.Animal));

    private static IReadOnlyList<IReadOnlyList<HerdRecord>> Points(string columns, params string[] rows) =>
        HerdPoints.Of(Table(columns, rows), Scaling, new Dictionary<string, LivePlace>(), null);

    private static HerdTable Table(string columns, params string[] rows)
    {
        using var csv = HerdCsv.Read(new MemoryStream(Encoding.UTF8.GetBytes("cow,day,milk,fat,breed\n" + string.Join('\n', rows) + "\n")));
        return csv.ReadAll(HerdColumns.Parse($"animal=cow,target=milk,numeric=fat,categorical=breed,{columns}"));
    }
}
