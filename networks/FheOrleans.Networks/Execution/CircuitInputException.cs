namespace FheOrleans.Networks.Execution;

/// <summary>What was given to a circuit is not what its plan asks for.</summary>
public sealed class CircuitInputException : Exception
{
    internal CircuitInputException(string what, string found, string expected)
        : base($"Cannot run the circuit: {what}: found {found}, expected {expected}.")
    {
        What = what;
        Found = found;
        Expected = expected;
    }

    /// <summary>Which input or key.</summary>
    public string What { get; }

    /// <summary>How it is.</summary>
    public string Found { get; }

    /// <summary>How it has to be.</summary>
    public string Expected { get; }
}
