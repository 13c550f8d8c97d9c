namespace FheOrleans.Embedded;

/// <summary>Stored bytes are not the state they should be. The message says what was found where, never the bytes.</summary>
/// <param name="found">What was found.</param>
/// <param name="expected">What was expected.</param>
/// <param name="offset">Where, in bytes from the start.</param>
public sealed class StateFormatException(string found, string expected, long offset)
    : Exception($"Stored state cannot be read: at byte {offset} found {found}, expected {expected}. Restore the database from a backup.")
{
    /// <summary>What was found.</summary>
    public string Found { get; } = found;

    /// <summary>What was expected.</summary>
    public string Expected { get; } = expected;

    /// <summary>Where, in bytes from the start.</summary>
    public long Offset { get; } = offset;
}
