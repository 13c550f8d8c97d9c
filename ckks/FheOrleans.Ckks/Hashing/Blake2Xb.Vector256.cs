using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FheOrleans.Ckks.Hashing;

/// <content>
/// Four pieces at a time: they hash the same message and differ in one word of the parameter block, so lane k of every vector
/// belongs to piece first + k and no lane ever moves. Must equal <see cref="PiecesOneByOne"/>.
/// </content>
internal static partial class Blake2Xb
{
    internal static void PiecesByFours(ReadOnlySpan<byte> root, Span<byte> destination)
    {
        Span<ulong> message = stackalloc ulong[16];
        message.Clear(); // the root's 64 bytes fill half of the only block
        for (var i = 0; i < DigestBytes / 8; i++) message[i] = BinaryPrimitives.ReadUInt64LittleEndian(root[(8 * i)..]);
        for (var first = 0; first < PieceCount; first += 4) FourPieces(message, first, destination.Slice(first * DigestBytes, 4 * DigestBytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FourPieces(ReadOnlySpan<ulong> m, int first, Span<byte> destination)
    {
        var iv = Blake2b.InitialVector;
        var h0 = Vector256.Create(iv[0] ^ PieceWord0);
        var h1 = Vector256.Create(iv[1])
            ^ Vector256.Create(PieceWord1(first), PieceWord1(first + 1), PieceWord1(first + 2), PieceWord1(first + 3));
        var h2 = Vector256.Create(iv[2] ^ PieceWord2);
        Vector256<ulong> v0 = h0, v1 = h1, v2 = h2, v3 = Vector256.Create(iv[3]);
        Vector256<ulong> v4 = Vector256.Create(iv[4]), v5 = Vector256.Create(iv[5]), v6 = Vector256.Create(iv[6]), v7 = Vector256.Create(iv[7]);
        Vector256<ulong> v8 = Vector256.Create(iv[0]), v9 = Vector256.Create(iv[1]), v10 = Vector256.Create(iv[2]), v11 = Vector256.Create(iv[3]);
        Vector256<ulong> v12 = Vector256.Create(iv[4] ^ DigestWord), v13 = Vector256.Create(iv[5]), v14 = Vector256.Create(~iv[6]), v15 = Vector256.Create(iv[7]);
        for (var round = 0; round < Blake2b.Rounds; round++)
        {
            var s = Blake2b.Schedule.Slice(16 * round, 16);
            Mix(ref v0, ref v4, ref v8, ref v12, m[s[0]], m[s[1]]);
            Mix(ref v1, ref v5, ref v9, ref v13, m[s[2]], m[s[3]]);
            Mix(ref v2, ref v6, ref v10, ref v14, m[s[4]], m[s[5]]);
            Mix(ref v3, ref v7, ref v11, ref v15, m[s[6]], m[s[7]]);
            Mix(ref v0, ref v5, ref v10, ref v15, m[s[8]], m[s[9]]);
            Mix(ref v1, ref v6, ref v11, ref v12, m[s[10]], m[s[11]]);
            Mix(ref v2, ref v7, ref v8, ref v13, m[s[12]], m[s[13]]);
            Mix(ref v3, ref v4, ref v9, ref v14, m[s[14]], m[s[15]]);
        }
        Store(h0 ^ v0 ^ v8, 0, destination);
        Store(h1 ^ v1 ^ v9, 1, destination);
        Store(h2 ^ v2 ^ v10, 2, destination);
        Store(Vector256.Create(iv[3]) ^ v3 ^ v11, 3, destination);
        Store(Vector256.Create(iv[4]) ^ v4 ^ v12, 4, destination);
        Store(Vector256.Create(iv[5]) ^ v5 ^ v13, 5, destination);
        Store(Vector256.Create(iv[6]) ^ v6 ^ v14, 6, destination);
        Store(Vector256.Create(iv[7]) ^ v7 ^ v15, 7, destination);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(
        ref Vector256<ulong> a, ref Vector256<ulong> b, ref Vector256<ulong> c, ref Vector256<ulong> d, ulong x, ulong y)
    {
        a += b + Vector256.Create(x);
        d = RotateRight(d ^ a, 32);
        c += d;
        b = RotateRight(b ^ c, 24);
        a += b + Vector256.Create(y);
        d = RotateRight(d ^ a, 16);
        c += d;
        b = RotateRight(b ^ c, 63);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> RotateRight(Vector256<ulong> x, int count) => (x >>> count) | (x << (64 - count));

    /// <summary>Word <paramref name="word"/> of the four digests, which follow each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<ulong> words, int word, Span<byte> destination)
    {
        for (var lane = 0; lane < 4; lane++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[((lane * DigestBytes) + (8 * word))..], words.GetElement(lane));
    }
}
