using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Hashing;

/// <content>
/// As many pieces at a time as there are lanes: they hash the same message and differ in one word of the parameter block, so lane k of
/// every vector belongs to piece first + k and no lane ever moves until the digests are written. Must equal <see cref="PiecesOneByOne"/>.
/// </content>
internal static partial class Blake2Xb
{
    private const int DigestWords = DigestBytes / 8;

    [MethodImpl(Kernel.Loop)]
    internal static void PiecesInLanes<TLanes, TVector>(ReadOnlySpan<byte> root, Span<byte> destination)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        Span<ulong> message = stackalloc ulong[16];
        message.Clear(); // the root's 64 bytes fill half of the only block
        for (var i = 0; i < DigestWords; i++) message[i] = BinaryPrimitives.ReadUInt64LittleEndian(root[(8 * i)..]);
        var bytes = TLanes.Count * DigestBytes;
        for (var first = 0; first < PieceCount; first += TLanes.Count) Pieces<TLanes, TVector>(message, first, destination.Slice(first * DigestBytes, bytes));
    }

    [MethodImpl(Kernel.Loop)]
    private static void Pieces<TLanes, TVector>(ReadOnlySpan<ulong> m, int first, Span<byte> destination)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var iv = Blake2b.InitialVector;
        Span<ulong> words = stackalloc ulong[DigestWords * TLanes.Count];
        for (var lane = 0; lane < TLanes.Count; lane++) words[lane] = iv[1] ^ PieceWord1(first + lane);
        ref var digests = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(words));

        var h0 = TLanes.CreateWords(iv[0] ^ PieceWord0);
        var h1 = TLanes.Load(ref digests, 0);
        var h2 = TLanes.CreateWords(iv[2] ^ PieceWord2);
        TVector v0 = h0, v1 = h1, v2 = h2, v3 = TLanes.CreateWords(iv[3]);
        TVector v4 = TLanes.CreateWords(iv[4]), v5 = TLanes.CreateWords(iv[5]), v6 = TLanes.CreateWords(iv[6]), v7 = TLanes.CreateWords(iv[7]);
        TVector v8 = TLanes.CreateWords(iv[0]), v9 = TLanes.CreateWords(iv[1]), v10 = TLanes.CreateWords(iv[2]), v11 = TLanes.CreateWords(iv[3]);
        TVector v12 = TLanes.CreateWords(iv[4] ^ DigestWord), v13 = TLanes.CreateWords(iv[5]);
        TVector v14 = TLanes.CreateWords(~iv[6]), v15 = TLanes.CreateWords(iv[7]);
        for (var round = 0; round < Blake2b.Rounds; round++)
        {
            var s = Blake2b.Schedule.Slice(16 * round, 16);
            Mix<TLanes, TVector>(ref v0, ref v4, ref v8, ref v12, m[s[0]], m[s[1]]);
            Mix<TLanes, TVector>(ref v1, ref v5, ref v9, ref v13, m[s[2]], m[s[3]]);
            Mix<TLanes, TVector>(ref v2, ref v6, ref v10, ref v14, m[s[4]], m[s[5]]);
            Mix<TLanes, TVector>(ref v3, ref v7, ref v11, ref v15, m[s[6]], m[s[7]]);
            Mix<TLanes, TVector>(ref v0, ref v5, ref v10, ref v15, m[s[8]], m[s[9]]);
            Mix<TLanes, TVector>(ref v1, ref v6, ref v11, ref v12, m[s[10]], m[s[11]]);
            Mix<TLanes, TVector>(ref v2, ref v7, ref v8, ref v13, m[s[12]], m[s[13]]);
            Mix<TLanes, TVector>(ref v3, ref v4, ref v9, ref v14, m[s[14]], m[s[15]]);
        }
        Store<TLanes, TVector>(h0, v0, v8, 0, ref digests);
        Store<TLanes, TVector>(h1, v1, v9, 1, ref digests);
        Store<TLanes, TVector>(h2, v2, v10, 2, ref digests);
        Store<TLanes, TVector>(TLanes.CreateWords(iv[3]), v3, v11, 3, ref digests);
        Store<TLanes, TVector>(TLanes.CreateWords(iv[4]), v4, v12, 4, ref digests);
        Store<TLanes, TVector>(TLanes.CreateWords(iv[5]), v5, v13, 5, ref digests);
        Store<TLanes, TVector>(TLanes.CreateWords(iv[6]), v6, v14, 6, ref digests);
        Store<TLanes, TVector>(TLanes.CreateWords(iv[7]), v7, v15, 7, ref digests);
        for (var lane = 0; lane < TLanes.Count; lane++)
        {
            for (var word = 0; word < DigestWords; word++)
                BinaryPrimitives.WriteUInt64LittleEndian(destination[(8 * ((lane * DigestWords) + word))..], words[(word * TLanes.Count) + lane]);
        }
    }

    [MethodImpl(Kernel.Step)]
    private static void Mix<TLanes, TVector>(ref TVector a, ref TVector b, ref TVector c, ref TVector d, ulong x, ulong y)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        a = TLanes.AddWords(a, TLanes.AddWords(b, TLanes.CreateWords(x)));
        d = TLanes.RotateRight(TLanes.Xor(d, a), 32);
        c = TLanes.AddWords(c, d);
        b = TLanes.RotateRight(TLanes.Xor(b, c), 24);
        a = TLanes.AddWords(a, TLanes.AddWords(b, TLanes.CreateWords(y)));
        d = TLanes.RotateRight(TLanes.Xor(d, a), 16);
        c = TLanes.AddWords(c, d);
        b = TLanes.RotateRight(TLanes.Xor(b, c), 63);
    }

    /// <summary>One word of all digests, which follow each other by words.</summary>
    [MethodImpl(Kernel.Step)]
    private static void Store<TLanes, TVector>(TVector h, TVector left, TVector right, int word, ref double digests)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct => TLanes.Store(TLanes.Xor(h, TLanes.Xor(left, right)), ref digests, word * TLanes.Count);
}
