using System.Globalization;

namespace FheOrleans.Hosting;

/// <summary>Reads values of options. Each message says what was found and what was expected.</summary>
public static class ArgumentText
{
    /// <summary>Reads an address.</summary>
    /// <param name="text">The value.</param>
    /// <returns>An absolute address, of any scheme.</returns>
    /// <exception cref="FormatException">It is none.</exception>
    public static Uri ReadUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : throw new FormatException($"'{text}' is not an address; expected https://host:port.");

    /// <summary>Reads a whole number.</summary>
    /// <param name="text">The value: digits only.</param>
    /// <returns>The number, from 0.</returns>
    /// <exception cref="FormatException">It is none, or too large.</exception>
    public static int ReadInt(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException($"'{text}' is not a whole number.");

    /// <summary>Reads a number of seconds.</summary>
    /// <param name="text">The value: digits only.</param>
    /// <returns>The time, from zero.</returns>
    /// <exception cref="FormatException">It is no whole number.</exception>
    public static TimeSpan ReadSeconds(string text) => TimeSpan.FromSeconds(ReadInt(text));

    /// <summary>Reads the name of a value of an enumeration; upper and lower case are the same.</summary>
    /// <typeparam name="TEnum">The enumeration.</typeparam>
    /// <param name="text">The value.</param>
    /// <param name="what">What it is called, such as <c>log level</c>.</param>
    /// <returns>The value of that name.</returns>
    /// <exception cref="FormatException">There is none; the message has them all.</exception>
    public static TEnum ReadOneOf<TEnum>(string text, string what)
        where TEnum : struct, Enum =>
        Enum.GetNames<TEnum>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<TEnum>(name)
            : throw new FormatException($"'{text}' is not a {what}; expected {string.Join(", ", Enum.GetNames<TEnum>())}.");
}
