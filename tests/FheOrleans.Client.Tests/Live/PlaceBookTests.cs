using FheOrleans.Client.Live;

namespace FheOrleans.Client.Tests.Live;

public class PlaceBookTests
{
    private static HerdRecord Record(string animal, double time, double run = 1) => new(animal, run, time, [time, double.NaN]);

    private static LivePlace[] Take(IReadOnlyList<LivePlace> places, int point, params HerdRecord[] records) =>
        PlaceBook.Take(places, capacity: 3, point, records, longestStep: 7).Places;

    [Fact]
    public void Take_PointAfterPoint_AnimalsKeepTheirPlacesAndRunsGrow()
    {
        var places = Take([], 1, Record("a", 0), Record("b", 0));
        places = Take(places, 2, Record("b", 7), Record("c", 7), Record("a", 7));

        Assert.Equal([("a", 1), ("b", 1), ("c", 2)], places.Select(place => (place.Animal, place.Since)));
        Assert.Equal(["a", "b"], PlaceBook.Windows(places, point: 2, windowPoints: 2).Select(window => window.Animal));
        Assert.Empty(PlaceBook.Windows(places, point: 2, windowPoints: 3));
    }

    [Fact]
    public void Take_MissingPointOtherRunOrLongStep_BeginsTheWindowAnew()
    {
        var places = Take([], 1, Record("a", 0), Record("b", 0), Record("c", 0));
        places = Take(places, 2, Record("a", 7), Record("b", 7, run: 2), Record("c", 15));
        places = Take(places, 3, Record("b", 14, run: 2), Record("c", 22));
        places = Take(places, 4, Record("a", 14), Record("b", 21, run: 2), Record("c", 29));

        Assert.Equal([("a", 4), ("b", 2), ("c", 2)], places.Select(place => (place.Animal, place.Since)));
    }

    [Fact]
    public void Take_NoFreePlace_GivesAwayThatOfTheLongestAway()
    {
        var places = Take([], 1, Record("a", 0), Record("b", 0), Record("c", 0));
        places = Take(places, 2, Record("a", 7), Record("c", 7));
        places = Take(places, 3, Record("a", 14), Record("d", 14));

        Assert.Equal([("a", 1), ("d", 3), ("c", 1)], places.Select(place => (place.Animal, place.Since)));
        Assert.Equal(["a"], PlaceBook.Windows(places, 3, 3).Select(window => window.Animal));
        var fault = Assert.Throws<TooManyAnimalsException>(() => Take(places, 4, [.. "abcd".Select(name => Record($"{name}", 21))]));
        Assert.Equal((4, 3), (fault.Animals, fault.Places));
    }
}
