using System.Buffers.Binary;
using System.IO.Compression;
using FheOrleans.Ckks.Wire;
using FheOrleans.Ckks.Wire.Compression;

namespace FheOrleans.Ckks.Tests.Support;

/// <summary>Compresses and expands whole objects without looking at them, also such as no writer makes.</summary>
internal static class Packing
{
    public static readonly SealCompression[] Modes = [SealCompression.None, SealCompression.Zlib, SealCompression.Zstd];

    /// <summary>One object or several in a row uncompressed; trusts its input.</summary>
    public static byte[] Unpack(byte[] bytes)
    {
        if (bytes.Length == 0) return bytes;
        var length = (int)SealReader.ReadHeader(bytes).Length;
        return length == bytes.Length ? UnpackOne(bytes) : [.. UnpackOne(bytes[..length]), .. Unpack(bytes[length..])];
    }

    /// <summary>Any bytes that start with a header, their body packed.</summary>
    public static byte[] Pack(byte[] bytes, SealCompression mode) => BodyCompressor.Pack([.. bytes], mode);

    /// <summary>The header made to say what the length is.</summary>
    public static byte[] WithLength(byte[] bytes)
    {
        if (bytes.Length >= SealFormat.HeaderBytes) BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(SealFormat.LengthAt), bytes.Length);
        return bytes;
    }

    private static byte[] UnpackOne(byte[] bytes)
    {
        if ((SealCompression)bytes[SealFormat.ModeAt] == SealCompression.None) return bytes;
        using var result = new MemoryStream();
        result.Write(bytes.AsSpan(0, SealFormat.HeaderBytes));
        if ((SealCompression)bytes[SealFormat.ModeAt] == SealCompression.Zlib)
        {
            using var stream = new ZLibStream(new MemoryStream(bytes, SealFormat.HeaderBytes, bytes.Length - SealFormat.HeaderBytes), CompressionMode.Decompress);
            stream.CopyTo(result);
        }
        else
        {
            using var packed = BodyDecompressor.For(bytes, "test")!;
            var piece = new byte[4096];
            while (packed.Read(bytes.AsSpan(SealFormat.HeaderBytes), piece) is > 0 and var count) result.Write(piece, 0, count);
        }
        var unpacked = result.ToArray();
        unpacked[SealFormat.ModeAt] = (byte)SealCompression.None;
        return WithLength(unpacked);
    }
}
