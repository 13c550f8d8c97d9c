using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Hashing;

/// <summary>
/// BLAKE2b (RFC 7693) with a free parameter block, which SEAL's identifiers (32-byte digests) and its generator (BLAKE2Xb)
/// need. The base library has neither.
/// </summary>
internal static class Blake2b
{
    public const int BlockBytes = 128;
    public const int StateWords = 8;
    public const int Rounds = 12;

    // An array and not constant data: spans of words over those are made anew at every access until the JIT optimizes.
    private static readonly ulong[] Initial =
    [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];

    internal static ReadOnlySpan<ulong> InitialVector => Initial;

    // Message schedule, RFC 7693 section 2.7; rounds 10 and 11 repeat rows 0 and 1.
    internal static ReadOnlySpan<byte> Schedule =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
    ];

    /// <summary>Parameter block of an ordinary hash: sequential mode, no salt, no personalization.</summary>
    public static ulong SequentialParameters(int digestBytes, int keyBytes) => (uint)digestBytes | ((ulong)(uint)keyBytes << 8) | (1UL << 16) | (1UL << 24);

    /// <summary>The unkeyed digest of a message; 1 to 64 bytes, by the length of <paramref name="digest"/>.</summary>
    public static void Hash(ReadOnlySpan<byte> message, Span<byte> digest)
    {
        Span<ulong> state = stackalloc ulong[StateWords];
        Initialize(state, SequentialParameters(digest.Length, 0), 0, 0);
        Absorb(state, message, 0);
        WriteDigest(state, digest);
    }

    /// <summary>Starts a state from words 0 to 2 of the parameter block; the others are zero.</summary>
    public static void Initialize(Span<ulong> state, ulong word0, ulong word1, ulong word2)
    {
        InitialVector.CopyTo(state);
        state[0] ^= word0;
        state[1] ^= word1;
        state[2] ^= word2;
    }

    /// <summary>Takes in a message and finishes. <paramref name="bytesBefore"/> counts what whole blocks have already brought in.</summary>
    public static void Absorb(Span<ulong> state, ReadOnlySpan<byte> message, ulong bytesBefore)
    {
        while (message.Length > BlockBytes)
        {
            bytesBefore += BlockBytes;
            Compress(state, message[..BlockBytes], bytesBefore, last: false);
            message = message[BlockBytes..];
        }

        Span<byte> block = stackalloc byte[BlockBytes];
        block.Clear();
        message.CopyTo(block);
        Compress(state, block, bytesBefore + (ulong)message.Length, last: true);
    }

    /// <summary>The state as bytes, little-endian, cut to the digest's length.</summary>
    public static void WriteDigest(ReadOnlySpan<ulong> state, Span<byte> digest)
    {
        Span<byte> bytes = stackalloc byte[64];
        for (var i = 0; i < StateWords; i++) BinaryPrimitives.WriteUInt64LittleEndian(bytes[(8 * i)..], state[i]);
        bytes[..digest.Length].CopyTo(digest);
    }

    /// <summary>The compression function F of RFC 7693 section 3.2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Compress(Span<ulong> state, ReadOnlySpan<byte> block, ulong bytesSoFar, bool last)
    {
        Span<ulong> m = stackalloc ulong[16];
        for (var i = 0; i < 16; i++) m[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);

        // Sixteen locals and not an array: they stay in registers.
        ulong v0 = state[0], v1 = state[1], v2 = state[2], v3 = state[3], v4 = state[4], v5 = state[5], v6 = state[6], v7 = state[7];
        ulong v8 = InitialVector[0], v9 = InitialVector[1], v10 = InitialVector[2], v11 = InitialVector[3];
        ulong v12 = InitialVector[4] ^ bytesSoFar, v13 = InitialVector[5], v14 = last ? ~InitialVector[6] : InitialVector[6], v15 = InitialVector[7];
        for (var round = 0; round < Rounds; round++)
        {
            var s = Schedule.Slice(16 * round, 16);
            Mix(ref v0, ref v4, ref v8, ref v12, m[s[0]], m[s[1]]);
            Mix(ref v1, ref v5, ref v9, ref v13, m[s[2]], m[s[3]]);
            Mix(ref v2, ref v6, ref v10, ref v14, m[s[4]], m[s[5]]);
            Mix(ref v3, ref v7, ref v11, ref v15, m[s[6]], m[s[7]]);
            Mix(ref v0, ref v5, ref v10, ref v15, m[s[8]], m[s[9]]);
            Mix(ref v1, ref v6, ref v11, ref v12, m[s[10]], m[s[11]]);
            Mix(ref v2, ref v7, ref v8, ref v13, m[s[12]], m[s[13]]);
            Mix(ref v3, ref v4, ref v9, ref v14, m[s[14]], m[s[15]]);
        }
        state[0] ^= v0 ^ v8;
        state[1] ^= v1 ^ v9;
        state[2] ^= v2 ^ v10;
        state[3] ^= v3 ^ v11;
        state[4] ^= v4 ^ v12;
        state[5] ^= v5 ^ v13;
        state[6] ^= v6 ^ v14;
        state[7] ^= v7 ^ v15;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Mix(ref ulong a, ref ulong b, ref ulong c, ref ulong d, ulong x, ulong y)
    {
        a += b + x;
        d = BitOperations.RotateRight(d ^ a, 32);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 24);
        a += b + y;
        d = BitOperations.RotateRight(d ^ a, 16);
        c += d;
        b = BitOperations.RotateRight(b ^ c, 63);
    }
}
