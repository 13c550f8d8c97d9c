namespace FheOrleans.Client.Live;

/// <summary>Gives animals their places, and knows whose window is full.</summary>
/// <remarks>
/// An animal keeps its place. One without a record at a point has zeros there, and its window begins anew with its next record; so does one
/// whose run (lactation) changes, or whose step of time is above the gap. An animal that enters gets the first free place, and when none is
/// free the place of the one that has been away longest: so a place that was left is not given away before it must be.
/// </remarks>
internal static class PlaceBook
{
    /// <summary>Takes a point's records in.</summary>
    /// <param name="places">Who has which place now.</param>
    /// <param name="capacity">How many places there are.</param>
    /// <param name="point">The point's number.</param>
    /// <param name="records">Its records, each animal at most once.</param>
    /// <param name="longestStep">Longest step of time within a window; null for any.</param>
    /// <returns>Who has which place then, and the record in each place; null where there is none.</returns>
    /// <exception cref="TooManyAnimalsException">More animals have a record than there are places.</exception>
    public static (LivePlace[] Places, HerdRecord?[] Records) Take(
        IReadOnlyList<LivePlace> places, int capacity, int point, IReadOnlyList<HerdRecord> records, double? longestStep)
    {
        if (records.Count > capacity) throw new TooManyAnimalsException(records.Count, capacity);
        var now = places.ToList();
        var placed = new HerdRecord?[capacity];
        var newcomers = new List<HerdRecord>();
        var placeOf = places.Select((place, number) => (place.Animal, number)).ToDictionary(item => item.Animal, item => item.number, StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (!placeOf.TryGetValue(record.Animal, out var number))
            {
                newcomers.Add(record);
                continue;
            }
            var last = now[number];
            var goesOn = last.LastPoint == point - 1 && last.LastRun == record.Run && record.Time - last.LastTime <= (longestStep ?? double.PositiveInfinity);
            now[number] = Placed(record, point, goesOn ? last.Since : point);
            placed[number] = record;
        }
        foreach (var record in newcomers)
        {
            var number = now.Count < capacity ? now.Count : LongestAway(now, placed);
            if (number == now.Count) now.Add(Placed(record, point, point));
            else now[number] = Placed(record, point, point);
            placed[number] = record;
        }
        return ([.. now], placed[..now.Count]);
    }

    /// <summary>The animals whose window is full at a point.</summary>
    public static IEnumerable<LiveWindow> Windows(IReadOnlyList<LivePlace> places, int point, int windowPoints) => places
        .Select((place, number) => (place, number))
        .Where(item => item.place.LastPoint == point && item.place.Since <= point - windowPoints + 1)
        .Select(item => new LiveWindow(item.number, item.place.Animal, item.place.LastTime, item.place.LastRow[0]!.Value));

    private static int LongestAway(List<LivePlace> places, HerdRecord?[] placed) =>
        Enumerable.Range(0, places.Count).Where(number => placed[number] is null).MinBy(number => (places[number].LastPoint, number));

    private static LivePlace Placed(HerdRecord record, int point, int since) =>
        new(record.Animal, since, point, record.Run, record.Time, [.. record.Row.Select(value => double.IsNaN(value) ? (double?)null : value)]);
}
