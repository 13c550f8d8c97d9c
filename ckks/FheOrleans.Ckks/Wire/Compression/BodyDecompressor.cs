using System.Security.Cryptography;

namespace FheOrleans.Ckks.Wire.Compression;

/// <summary>
/// Gives the body of a compressed object piece by piece, as the parser asks for it: what a parser does not ask for is never made,
/// so there is no bomb to go off. Holds no input; the caller passes the same bytes to every call.
/// </summary>
/// <remarks>
/// The end is an end only when nothing is missing and nothing follows: a cut stream, a wrong checksum and bytes behind the stream are
/// errors. Memory is the format's window, 32 KiB for zlib and at most 8 MiB for zstd, whatever the input says.
/// </remarks>
internal abstract class BodyDecompressor : IDisposable
{
    /// <summary>More than the longest small field and the longest look ahead.</summary>
    private const int WindowBytes = 1024;

    private string _object = "";
    private long _origin;

    /// <summary>The decompressor for an object, by the mode byte of its header; null when the body is not compressed, or no header is there.</summary>
    /// <exception cref="CompressionUnavailableException">There is no library for the mode.</exception>
    public static BodyDecompressor? For(ReadOnlySpan<byte> bytes, string objectName, long origin = 0)
    {
        BodyDecompressor? result = bytes.Length < SealFormat.HeaderBytes ? null : (SealCompression)bytes[SealFormat.ModeAt] switch
        {
            SealCompression.Zlib => new ZlibDecompressor(),
            SealCompression.Zstd => new ZstdDecompressor(),
            _ => null,
        };
        if (result is null) return null;
        result._object = objectName;
        result._origin = origin;
        return result;
    }

    /// <summary>The next bytes of the body.</summary>
    /// <param name="compressed">All compressed bytes, the same in every call.</param>
    /// <param name="destination">Where they go; not empty.</param>
    /// <returns>How many there are; 0 at the end of the body, which is then known to be the end of the input too.</returns>
    /// <exception cref="WireFormatException">The compressed bytes are damaged, cut off or followed by others.</exception>
    public abstract int Read(ReadOnlySpan<byte> compressed, Span<byte> destination);

    /// <summary>A piece of the body, for fields that are smaller than what is worth a call.</summary>
    public byte[] Window { get; } = new byte[WindowBytes];

    /// <summary>Frees what is native and forgets the window, which may have held a piece of a secret key.</summary>
    public void Dispose()
    {
        Release();
        CryptographicOperations.ZeroMemory(Window);
        GC.SuppressFinalize(this);
    }

    protected abstract void Release();

    protected WireFormatException Fault(int consumed, string found, string expected) =>
        new($"{_object}.body", found, expected, _origin + SealFormat.HeaderBytes + consumed);

    protected WireFormatException Truncated(int consumed) => Fault(consumed, "the end of the bytes inside the compressed stream", "a whole stream: the object was cut off");

    protected WireFormatException Followed(int consumed, int total) =>
        Fault(consumed, $"{total - consumed} bytes or more behind the compressed stream", "one stream and nothing else");
}
