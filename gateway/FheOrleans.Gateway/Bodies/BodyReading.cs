using FheOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Http;

namespace FheOrleans.Gateway.Bodies;

/// <summary>Reads bodies into arrays of exactly their size, once.</summary>
internal static class BodyReading
{
    /// <summary>Reads the whole body, whose length the request states.</summary>
    /// <exception cref="Refusal">The body is empty, or ended before its stated length.</exception>
    public static async Task<byte[]> ReadWholeAsync(HttpRequest request, CancellationToken cancellation)
    {
        var length = request.ContentLength ?? 0;
        if (length == 0) throw Refusal.Invalid("The body is empty.", found: "0 bytes");
        var bytes = GC.AllocateUninitializedArray<byte>(checked((int)length));
        var read = await request.Body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
        if (read < bytes.Length) throw Refusal.Invalid("The body ended early.", found: $"{read} bytes", expected: $"{length} bytes");
        return bytes;
    }

    /// <summary>Reads the next piece of the body; null at its end.</summary>
    /// <param name="request">The request.</param>
    /// <param name="pieceBytes">The size of a piece; only the last one is smaller.</param>
    /// <param name="cancellation">Stops reading.</param>
    public static async Task<byte[]?> ReadPieceAsync(HttpRequest request, int pieceBytes, CancellationToken cancellation)
    {
        var piece = GC.AllocateUninitializedArray<byte>(pieceBytes);
        var read = await request.Body.ReadAtLeastAsync(piece, pieceBytes, throwOnEndOfStream: false, cancellation);
        if (read == 0) return null;
        return read == pieceBytes ? piece : piece[..read];
    }
}
