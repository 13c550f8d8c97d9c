using System.Buffers.Binary;

namespace FheOrleans.Ckks.Wire.Compression;

/// <summary>One Zstandard frame through the system's library, with a window of at most 8 MiB, as SEAL 4.4 has it.</summary>
internal sealed class ZstdDecompressor : BodyDecompressor
{
    private const int MaximumWindowLog = 23;
    private const int WindowLogParameter = 100; // ZSTD_d_windowLogMax
    private const uint FrameMagic = 0xFD2FB528;

    private readonly ZstdLibrary _library = ZstdLibrary.Instance;
    private nint _context;
    private int _consumed;
    private bool _ended;

    public ZstdDecompressor()
    {
        _context = _library.CreateContext();
        _library.SetParameter(_context, WindowLogParameter, MaximumWindowLog);
    }

    ~ZstdDecompressor() => Release();

    public override unsafe int Read(ReadOnlySpan<byte> compressed, Span<byte> destination)
    {
        if (_ended) return 0;
        if (_consumed == 0) RequireFrame(compressed);
        fixed (byte* input = compressed, output = destination)
        {
            var from = new ZstdLibrary.Buffer { Start = input, Size = (nuint)compressed.Length, Position = (nuint)_consumed };
            var to = new ZstdLibrary.Buffer { Start = output, Size = (nuint)destination.Length };
            while (true)
            {
                var result = _library.Decompress(_context, ref to, ref from);
                _consumed = (int)from.Position;
                if (_library.IsError(result))
                    throw Fault(_consumed, "a damaged zstd frame, or one with a dictionary or a window over 2^23", "a zstd frame with a window up to 2^23");
                if (result == 0)
                {
                    _ended = true;
                    if (_consumed != compressed.Length) throw Followed(_consumed, compressed.Length);
                    return (int)to.Position;
                }
                if (to.Position != 0) return (int)to.Position;
                if (_consumed == compressed.Length) throw Truncated(_consumed);
            }
        }
    }

    protected override void Release()
    {
        if (_context == 0) return;
        _library.FreeContext(_context);
        _context = 0;
    }

    /// <summary>The library would also take frames to be skipped and those of its own early versions.</summary>
    private void RequireFrame(ReadOnlySpan<byte> compressed)
    {
        if (compressed.Length < 4) throw Truncated(compressed.Length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(compressed) != FrameMagic) throw Fault(0, "other bytes", "28 B5 2F FD, the start of a zstd frame");
    }
}
