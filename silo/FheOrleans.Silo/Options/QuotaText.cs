using System.Globalization;
using FheOrleans.Grains;

namespace FheOrleans.Silo.Options;

/// <summary>Default quotas on a command line: <c>stored-bytes=50000000000,running=4</c>, by the names that <c>farm admin quotas</c> has.</summary>
internal static class QuotaText
{
    private static readonly (string Name, Func<TenantQuotas, long, TenantQuotas> Set, long Least, long Most)[] Known =
    [
        ("stored-bytes", (quotas, value) => quotas with { StoredBytes = value }, 0, long.MaxValue),
        ("key-sets", (quotas, value) => quotas with { KeySets = (int)value }, 0, int.MaxValue),
        ("datasets", (quotas, value) => quotas with { Datasets = (int)value }, 0, int.MaxValue),
        ("queued", (quotas, value) => quotas with { QueuedInferences = (int)value }, 0, int.MaxValue),
        ("running", (quotas, value) => quotas with { RunningInferences = (int)value }, 1, int.MaxValue),
        ("requests-per-minute", (quotas, value) => quotas with { RequestsPerMinute = (int)value }, 1, int.MaxValue),
    ];

    /// <summary>Reads the list.</summary>
    /// <param name="text">Names and values, with commas between.</param>
    /// <returns>Quotas that say nothing where the list says nothing.</returns>
    /// <exception cref="FormatException">A name is unknown or twice, or a value is none that the quota can have.</exception>
    public static TenantQuotas Read(string text)
    {
        var (quotas, seen) = (new TenantQuotas(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var item in text.Split(','))
        {
            var (name, value) = item.Split('=') is [var left, var right] ? (left.Trim(), right.Trim()) : (item.Trim(), "");
            var known = Array.Find(Known, candidate => candidate.Name == name);
            if (known.Name is null) throw new FormatException($"'{name}' is not a quota; expected NAME=NUMBER with {string.Join(", ", Known.Select(candidate => candidate.Name))}.");
            if (!seen.Add(name)) throw new FormatException($"{name} is given twice; expected once.");
            if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < known.Least || number > known.Most)
                throw new FormatException($"{name} is '{value}'; expected {known.Least} to {known.Most}.");
            quotas = known.Set(quotas, number);
        }
        return quotas;
    }
}
