using System.Buffers.Binary;
using System.IO.Compression;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Interop.Tests.Support;

/// <summary>Compressed objects that no good client makes.</summary>
internal static class Packed
{
    private const int HeaderBytes = 16;
    private const int ModeAt = 5;
    private const int LengthAt = 8;

    /// <summary>An object packed as it is, whatever it is: also a secret key, which this project's writers never compress.</summary>
    public static byte[] Zlib(ReadOnlySpan<byte> plain, long zerosBehind = 0)
    {
        using var packed = new MemoryStream();
        packed.Write(plain[..HeaderBytes]);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(plain[HeaderBytes..]);
            var zeros = new byte[1 << 20];
            for (var left = zerosBehind; left > 0; left -= zeros.Length) zlib.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
        }
        return WithHeader(packed.ToArray(), SealCompression.Zlib);
    }

    /// <summary>
    /// A zstd frame written by hand (RFC 8878): the object's bytes as raw blocks, and behind them zeros in blocks that say "128 KiB of this
    /// byte" in four bytes each: 1 to 32768.
    /// </summary>
    public static byte[] Zstd(ReadOnlySpan<byte> plain, long zerosBehind = 0)
    {
        const int BlockBytes = 128 << 10;
        const int RawBlock = 0, RepeatedByte = 1;
        using var packed = new MemoryStream();
        packed.Write(plain[..HeaderBytes]);
        packed.Write([0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38]); // No content size; a window of 2^17.
        for (var rest = plain[HeaderBytes..]; !rest.IsEmpty;)
        {
            var count = Math.Min(rest.Length, BlockBytes);
            Block(RawBlock, count, isLast: count == rest.Length && zerosBehind == 0);
            packed.Write(rest[..count]);
            rest = rest[count..];
        }
        for (var left = zerosBehind; left > 0; left -= BlockBytes)
        {
            Block(RepeatedByte, (int)Math.Min(left, BlockBytes), isLast: left <= BlockBytes);
            packed.WriteByte(0);
        }
        return WithHeader(packed.ToArray(), SealCompression.Zstd);

        void Block(int kind, int size, bool isLast)
        {
            var header = (size << 3) | (kind << 1) | (isLast ? 1 : 0);
            packed.Write([(byte)header, (byte)(header >> 8), (byte)(header >> 16)]);
        }
    }

    /// <summary>The same object with a header that states its length, so that only its content is wrong.</summary>
    public static byte[] WithLength(byte[] item)
    {
        BinaryPrimitives.WriteInt64LittleEndian(item.AsSpan(LengthAt), item.Length);
        return item;
    }

    private static byte[] WithHeader(byte[] item, SealCompression mode)
    {
        item[ModeAt] = (byte)mode;
        return WithLength(item);
    }
}
