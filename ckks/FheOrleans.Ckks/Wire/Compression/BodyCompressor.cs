using System.Buffers.Binary;
using System.IO.Compression;

namespace FheOrleans.Ckks.Wire.Compression;

/// <summary>Packs the body of a finished object.</summary>
internal static class BodyCompressor
{
    /// <summary>SEAL's level: a window of at most 2 MiB, inside the 8 MiB that SEAL 4.4 accepts.</summary>
    private const int ZstdLevel = 3;

    /// <summary>The object with its body packed. Without compression it is the same array.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such mode.</exception>
    /// <exception cref="CompressionUnavailableException">There is no library for the mode.</exception>
    public static byte[] Pack(byte[] bytes, SealCompression compression)
    {
        if (compression == SealCompression.None) return bytes;
        var body = bytes.AsSpan(SealFormat.HeaderBytes);
        byte[] packed;
        int length;
        switch (compression)
        {
            case SealCompression.Zlib:
                packed = Zlib(body, out length);
                break;
            case SealCompression.Zstd:
                length = SealFormat.HeaderBytes + ZstdLibrary.Instance.Compress(body, ZstdLevel, out packed, SealFormat.HeaderBytes);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(compression), compression, "Modes are none, zlib and zstd.");
        }
        Array.Resize(ref packed, length);
        bytes.AsSpan(0, SealFormat.HeaderBytes).CopyTo(packed);
        packed[SealFormat.ModeAt] = (byte)compression;
        BinaryPrimitives.WriteInt64LittleEndian(packed.AsSpan(SealFormat.LengthAt), length);
        return packed;
    }

    private static byte[] Zlib(ReadOnlySpan<byte> body, out int length)
    {
        using var result = new MemoryStream(SealFormat.HeaderBytes + body.Length);
        result.SetLength(SealFormat.HeaderBytes);
        result.Position = SealFormat.HeaderBytes;
        using (var stream = new ZLibStream(result, CompressionLevel.Optimal, leaveOpen: true)) stream.Write(body);
        length = (int)result.Length;
        return result.GetBuffer();
    }
}
