namespace FheOrleans.Client.Herds;

/// <summary>Finds the name a person probably meant.</summary>
internal static class NearestName
{
    /// <summary>
    /// The candidate with the smallest edit distance (Levenshtein, letter case ignored), if at most half of the name must change or one
    /// contains the other.
    /// </summary>
    public static string? To(string name, IEnumerable<string> candidates)
    {
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var contained = candidate.Length > 2 && name.Length > 2
                && (candidate.Contains(name, StringComparison.OrdinalIgnoreCase)
                    || name.Contains(candidate, StringComparison.OrdinalIgnoreCase));
            var distance = contained ? 1 : Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance < bestDistance) (best, bestDistance) = (candidate, distance);
        }
        return bestDistance <= Math.Max(1, name.Length / 2) ? best : null;
    }

    private static int Distance(string left, string right)
    {
        // Only the previous row of the table is needed: previous[j] = distance(left[..i], right[..j]).
        var previous = Enumerable.Range(0, right.Length + 1).ToArray();
        var current = new int[right.Length + 1];
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replaced, Math.Min(previous[j], current[j - 1]) + 1);
            }
            (previous, current) = (current, previous);
        }
        return previous[right.Length];
    }
}
