using System.Globalization;
using System.Text;

namespace FheOrleans.Grains.Receipts;

/// <summary>
/// Writes one flat object as RFC 8785 has it: members in order of their names, no white space, one way only to write each value. What is
/// signed and hashed holds nothing but ASCII text without escapes and whole numbers, for which every implementation agrees.
/// </summary>
internal static class CanonicalJson
{
    /// <summary>RFC 8785 leaves numbers to doubles: beyond this they would be rounded.</summary>
    private const long LargestNumber = 1L << 53;

    /// <summary>Writes an object.</summary>
    /// <param name="members">Names with text, a whole number, or null, which is left out.</param>
    /// <returns>The object's text.</returns>
    /// <exception cref="ArgumentException">A value has no canonical form here: the caller let through what is no name, hash, time or count.</exception>
    internal static string Write(params ReadOnlySpan<(string Name, object? Value)> members)
    {
        var sorted = members.ToArray();
        Array.Sort(sorted, (left, right) => string.CompareOrdinal(left.Name, right.Name));
        var json = new StringBuilder("{");
        foreach (var (name, value) in sorted)
        {
            if (value is null) continue;
            if (json.Length > 1) json.Append(',');
            json.Append('"').Append(name).Append("\":");
            if (value is string text) json.Append('"').Append(Checked(name, text)).Append('"');
            else json.Append(Checked(name, Convert.ToInt64(value, CultureInfo.InvariantCulture)).ToString(CultureInfo.InvariantCulture));
        }
        return json.Append('}').ToString();
    }

    /// <summary>A hash as statements have it: lower-case hexadecimal.</summary>
    internal static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);

    /// <summary>A time as statements have it: UTC to the millisecond.</summary>
    internal static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Checked(string name, string text)
    {
        foreach (var character in text)
            if (character is < ' ' or > '~' or '"' or '\\') throw new ArgumentException($"The member '{name}' holds a character that would have to be escaped.");
        return text;
    }

    private static long Checked(string name, long number) =>
        number is >= 0 and <= LargestNumber ? number : throw new ArgumentException($"The member '{name}' is not a number from 0 to 2^53.");
}
