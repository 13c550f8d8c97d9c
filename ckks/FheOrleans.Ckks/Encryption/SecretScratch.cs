using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FheOrleans.Ckks.Encryption;

/// <summary>
/// Memory for secrets and noise for the length of a scope: never moved, so never copied, by the garbage collector, and overwritten
/// with zeros at the end. Reused, because fresh pinned memory would be collected too rarely.
/// </summary>
internal readonly ref struct SecretScratch
{
    private static readonly ConcurrentBag<byte[]>[] Pools = [.. Enumerable.Range(0, 32).Select(_ => new ConcurrentBag<byte[]>())];

    private readonly byte[] _array;
    private readonly int _bytes;

    /// <summary>All zero.</summary>
    public SecretScratch(int bytes)
    {
        _bytes = bytes;
        var sizeClass = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)bytes));
        _array = Pools[sizeClass].TryTake(out var reused) ? reused : GC.AllocateArray<byte>(1 << sizeClass, pinned: true);
    }

    /// <summary>The memory as small signed numbers.</summary>
    public Span<sbyte> Small => MemoryMarshal.Cast<byte, sbyte>(Bytes);

    /// <summary>The memory as words.</summary>
    public Span<ulong> Words => MemoryMarshal.Cast<byte, ulong>(Bytes);

    private Span<byte> Bytes => _array.AsSpan(0, _bytes);

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(Bytes);
        Pools[BitOperations.Log2((uint)_array.Length)].Add(_array);
    }
}
