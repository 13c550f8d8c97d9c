namespace FheOrleans.Networks;

/// <summary>A network, a circuit plan or a set of windows is malformed: read from outside, or put together wrongly.</summary>
public sealed class NetworkFormatException : Exception
{
    /// <summary>Makes an error out of what was found.</summary>
    /// <param name="field">The part that is wrong.</param>
    /// <param name="found">What it is.</param>
    /// <param name="expected">What it has to be.</param>
    /// <param name="inner">The reader's own error, if there was one.</param>
    public NetworkFormatException(string field, string found, string expected, Exception? inner = null)
        : base($"{field}: found {found}, expected {expected}.", inner)
    {
        Field = field;
        Found = found;
        Expected = expected;
    }

    /// <summary>The part that is wrong.</summary>
    public string Field { get; }

    /// <summary>What it is. Never a weight or a record.</summary>
    public string Found { get; }

    /// <summary>What it has to be.</summary>
    public string Expected { get; }
}
