using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Hashing;

/// <summary>BLAKE2Xb for the one shape SEAL uses: a 64-byte key, an 8-byte message, 4096 bytes out.</summary>
/// <remarks>
/// Root: BLAKE2b over the padded key, then the message, with the output length in its parameter block. Each of the 64 pieces
/// hashes the root's digest with the piece's number in the parameter block. Source: "BLAKE2X", Aumasson et al. 2016.
/// </remarks>
internal static partial class Blake2Xb
{
    private const int DigestBytes = 64;
    private const ulong DigestWord = DigestBytes;
    private const ulong OutputBytes = SeedStream.StreamBlockBytes;
    private const int PieceCount = SeedStream.StreamBlockBytes / DigestBytes;

    // Parameter block of a piece: digest 64, leaf length 64; node offset, output length; node depth 0, inner length 64.
    private const ulong PieceWord0 = DigestWord | (DigestWord << 32);
    private const ulong PieceWord2 = DigestWord << 8;

    /// <summary>The block of 4096 bytes with the given number.</summary>
    public static void Block(ReadOnlySpan<byte> key, ulong counter, Span<byte> destination)
    {
        Span<byte> root = stackalloc byte[DigestBytes];
        Root(key, counter, root);
        if (Lanes512.IsSupported) PiecesInLanes<Lanes512, Vector512<double>>(root, destination);
        else if (Lanes256.IsSupported) PiecesInLanes<Lanes256, Vector256<double>>(root, destination);
        else PiecesOneByOne(root, destination);
    }

    /// <summary>The plain version.</summary>
    internal static void PiecesOneByOne(ReadOnlySpan<byte> root, Span<byte> destination)
    {
        Span<ulong> state = stackalloc ulong[Blake2b.StateWords];
        for (var piece = 0; piece < PieceCount; piece++)
        {
            Blake2b.Initialize(state, PieceWord0, PieceWord1(piece), PieceWord2);
            Blake2b.Absorb(state, root, 0);
            Blake2b.WriteDigest(state, destination.Slice(piece * DigestBytes, DigestBytes));
        }
    }

    private static ulong PieceWord1(int piece) => (uint)piece | (OutputBytes << 32);

    private static void Root(ReadOnlySpan<byte> key, ulong counter, Span<byte> digest)
    {
        Span<byte> input = stackalloc byte[Blake2b.BlockBytes + 8];
        input.Clear();
        key.CopyTo(input);
        BinaryPrimitives.WriteUInt64LittleEndian(input[Blake2b.BlockBytes..], counter);

        Span<ulong> state = stackalloc ulong[Blake2b.StateWords];
        Blake2b.Initialize(state, Blake2b.SequentialParameters(DigestBytes, key.Length), OutputBytes << 32, 0);
        Blake2b.Absorb(state, input, 0);
        Blake2b.WriteDigest(state, digest);
    }
}
