namespace FheOrleans.Grains;

/// <summary>
/// The one form of every name a caller may choose: <c>[a-z0-9][a-z0-9-]{0,39}</c>. So no name can reach into another grain key or storage
/// key.
/// </summary>
public static class Name
{
    /// <summary>The longest name, in characters.</summary>
    public const int MaximumLength = 40;

    /// <summary>The form, in words for people.</summary>
    public const string Form = "1 to 40 characters of a-z, 0-9 and '-', beginning with a letter or digit";

    /// <summary>Whether a text is a name.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True if it has the form.</returns>
    public static bool IsValid(string? text)
    {
        if (text is not { Length: > 0 and <= MaximumLength } || text[0] == '-') return false;
        foreach (var character in text)
            if (character is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')) return false;
        return true;
    }

    /// <summary>Returns a name and refuses anything else.</summary>
    /// <param name="text">The text.</param>
    /// <param name="what">What it names, for the message: <c>tenant</c>, <c>key set</c>.</param>
    /// <returns><paramref name="text"/>.</returns>
    /// <exception cref="InvalidPayloadException">The text does not have the form.</exception>
    public static string Check(string? text, string what) => IsValid(text)
        ? text!
        : throw new InvalidPayloadException(what, text is null ? "nothing" : $"a text of {text.Length} characters that is no name", Form);
}
