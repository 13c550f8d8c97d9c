namespace FheOrleans.Ckks.Wire;

/// <summary>A compression mode needs a library that this machine does not have. The data may be right; the message says what to do.</summary>
public sealed class CompressionUnavailableException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="compression">The mode asked for.</param>
    /// <param name="reason">What was looked for and not found.</param>
    public CompressionUnavailableException(SealCompression compression, string reason)
        : base($"Compression mode {compression} is not available on this machine: {reason}. Install the system's libzstd 1.4 or newer, "
            + "or save the object with compression mode none or zlib.")
        => Compression = compression;

    /// <summary>The mode asked for.</summary>
    public SealCompression Compression { get; }
}
