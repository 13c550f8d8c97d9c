using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FheOrleans.Ckks.Hashing;

/// <summary>The generators that SEAL numbers in <c>UniformRandomGeneratorInfo</c>.</summary>
internal enum SeedGenerator : byte
{
    /// <summary>BLAKE2Xb, SEAL's default.</summary>
    Blake2xb = 1,

    /// <summary>SHAKE256, for builds of SEAL that ask for it.</summary>
    Shake256 = 2,
}

/// <summary>
/// The byte stream that a 64-byte seed stands for: block(0) || block(1) || ..., each of 4096 bytes and numbered by a
/// little-endian counter. BLAKE2Xb(4096, counter, key: seed) or SHAKE256(seed || counter).
/// </summary>
/// <remarks>Lives on the stack, and works in a block and a seed of the caller's.</remarks>
internal ref struct SeedStream
{
    public const int SeedBytes = 64;
    public const int StreamBlockBytes = 4096;

    private readonly SeedGenerator _generator;
    private readonly ReadOnlySpan<byte> _seed;
    private readonly Span<byte> _block;
    private ulong _next;
    private int _used = StreamBlockBytes;

    /// <summary>The start of a stream.</summary>
    /// <param name="generator">Which.</param>
    /// <param name="seed">64 bytes.</param>
    /// <param name="block">4096 bytes for bytes that were made and not asked for yet.</param>
    public SeedStream(SeedGenerator generator, ReadOnlySpan<byte> seed, Span<byte> block)
    {
        if (block.Length != StreamBlockBytes) throw new ArgumentException($"A block has {StreamBlockBytes} bytes, not {block.Length}.", nameof(block));
        if (seed.Length != SeedBytes) throw new ArgumentException($"A seed has {SeedBytes} bytes, not {seed.Length}.", nameof(seed));
        if (!Enum.IsDefined(generator)) throw new ArgumentOutOfRangeException(nameof(generator));
        _generator = generator;
        _seed = seed;
        _block = block;
    }

    /// <summary>The next bytes of the stream. None is ever skipped.</summary>
    public void Fill(scoped Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_used == StreamBlockBytes && destination.Length >= StreamBlockBytes)
            {
                NextBlock(destination[..StreamBlockBytes]);
                destination = destination[StreamBlockBytes..];
                continue;
            }
            if (_used == StreamBlockBytes)
            {
                NextBlock(_block);
                _used = 0;
            }
            var count = Math.Min(destination.Length, StreamBlockBytes - _used);
            _block.Slice(_used, count).CopyTo(destination);
            _used += count;
            destination = destination[count..];
        }
    }

    /// <summary>The next eight bytes as a little-endian word.</summary>
    public ulong NextWord()
    {
        Span<byte> bytes = stackalloc byte[8];
        Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    private void NextBlock(scoped Span<byte> block)
    {
        if (_generator == SeedGenerator.Blake2xb) Blake2Xb.Block(_seed, _next, block);
        else ShakeBlock(block);
        _next++;
    }

    private readonly void ShakeBlock(scoped Span<byte> block)
    {
        Span<byte> input = stackalloc byte[SeedBytes + 8];
        _seed.CopyTo(input);
        BinaryPrimitives.WriteUInt64LittleEndian(input[SeedBytes..], _next);
        Shake256.HashData(input, block);
    }
}
