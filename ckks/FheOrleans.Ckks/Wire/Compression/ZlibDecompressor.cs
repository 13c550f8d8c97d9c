using System.IO.Compression;

namespace FheOrleans.Ckks.Wire.Compression;

/// <summary>A zlib stream through the base library, which checks its Adler-32.</summary>
internal sealed class ZlibDecompressor : BodyDecompressor
{
    private readonly PinnedInput _input = new();
    private readonly ZLibStream _stream;

    public ZlibDecompressor() => _stream = new ZLibStream(_input, CompressionMode.Decompress);

    public override unsafe int Read(ReadOnlySpan<byte> compressed, Span<byte> destination)
    {
        fixed (byte* start = compressed)
        {
            _input.Attach(start, compressed.Length);
            try
            {
                var count = _stream.Read(destination);
                if (count == 0) RequireEnd();
                return count;
            }
            catch (Exception failure) when (failure is InvalidDataException or IOException)
            {
                throw Fault(_input.Consumed, "a damaged zlib stream", "a zlib stream without a preset dictionary");
            }
            finally
            {
                _input.Detach();
            }
        }
    }

    protected override void Release() => _stream.Dispose();

    /// <summary>
    /// The stream stops at its end and says neither whether it is one nor whether bytes are left. Both show in what it read: it asks for
    /// more only while it has not met the end, and it gets the last byte alone, so bytes behind the end keep the last one from being taken.
    /// </summary>
    private void RequireEnd()
    {
        if (_input.WasAskedForMore) throw Truncated(_input.Consumed);
        if (_input.Left != 0) throw Followed(_input.Consumed, _input.Consumed + _input.Left);
    }

    /// <summary>The compressed bytes as a stream; they are there only while a call is under way.</summary>
    private sealed unsafe class PinnedInput : Stream
    {
        private byte* _start;
        private int _length;

        public int Consumed { get; private set; }

        public int Left => _length - Consumed;

        public bool WasAskedForMore { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => _length;

        public override long Position { get => Consumed; set => throw new NotSupportedException(); }

        public void Attach(byte* start, int length)
        {
            _start = start;
            _length = length;
        }

        public void Detach() => _start = null;

        public override int Read(Span<byte> destination)
        {
            ObjectDisposedException.ThrowIf(_start is null && _length != 0, this);
            if (Left == 0)
            {
                WasAskedForMore = true;
                return 0;
            }
            var count = Left == 1 ? 1 : Math.Min(destination.Length, Left - 1);
            new ReadOnlySpan<byte>(_start + Consumed, count).CopyTo(destination);
            Consumed += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
