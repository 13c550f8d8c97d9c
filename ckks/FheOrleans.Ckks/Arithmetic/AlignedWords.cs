using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>Words that start at a cache line: loads of a whole vector then never straddle two.</summary>
/// <remarks>
/// An array of the garbage collector's, so that no use after release is possible; pinned, so that the place of the line in it stays;
/// longer than asked for by one line. What lives long and is public is not pinned (<see cref="Lasting"/>): the gaps between pinned
/// arrays of all ages can never be closed.
/// </remarks>
internal readonly struct AlignedWords
{
    /// <summary>Words that an array must have more than are asked for.</summary>
    public const int Padding = LineBytes / sizeof(ulong);

    private const int LineBytes = 64;

    private readonly ulong[] _array;
    private readonly int _start;

    private AlignedWords(ulong[] array, int start, int count) => (_array, _start, Count) = (array, start, count);

    /// <summary>Words in it.</summary>
    public int Count { get; }

    /// <summary>The words.</summary>
    public Span<ulong> Span => _array.AsSpan(_start, Count);

    /// <summary>The first word; staying inside is the caller's care.</summary>
    public ref ulong First
    {
        [MethodImpl(Kernel.Step)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_array), _start);
    }

    /// <summary>Words that are all zero.</summary>
    public static AlignedWords Zeroed(int count) => At(GC.AllocateArray<ulong>(count + Padding, pinned: true), count);

    /// <summary>Words of any value, for whoever writes all of them before anyone reads one.</summary>
    public static AlignedWords Uninitialized(int count) => At(GC.AllocateUninitializedArray<ulong>(count + Padding, pinned: true), count);

    /// <summary>
    /// The same for what stays, such as keys that are kept ready: the collector may move it to close a gap, seldom, and then perhaps off
    /// the line, which costs speed and nothing else. Never for what is secret, in full or on the way: a move leaves a copy behind.
    /// </summary>
    public static AlignedWords Lasting(int count) => At(GC.AllocateUninitializedArray<ulong>(count + Padding), count);

    /// <summary>A copy.</summary>
    public static AlignedWords CopyOf(ReadOnlySpan<ulong> words)
    {
        var copy = Uninitialized(words.Length);
        words.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>A piece of it; at a cache line if it starts at a multiple of eight words.</summary>
    public AlignedWords Slice(int start, int count)
    {
        _ = Span.Slice(start, count);
        return new AlignedWords(_array, _start + start, count);
    }

    /// <summary>How many words before the first line of an array begins; less than <see cref="Padding"/>.</summary>
    public static int StartOfLine(ulong[] array)
    {
        var address = (long)Marshal.UnsafeAddrOfPinnedArrayElement(array, 0); // of an array that may move a good guess: alignment is about speed alone
        return (int)(-address & (LineBytes - 1)) / sizeof(ulong);
    }

    private static AlignedWords At(ulong[] array, int count) => new(array, StartOfLine(array), count);
}
