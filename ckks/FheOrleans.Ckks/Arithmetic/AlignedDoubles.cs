using System.Runtime.InteropServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>A table of doubles that starts at a cache line: loads of a whole vector then never straddle two.</summary>
internal sealed class AlignedDoubles
{
    private const int LineBytes = 64;

    private readonly double[] _array; // pinned, so that the place of the line in it stays
    private readonly int _start;

    public AlignedDoubles(int count)
    {
        Count = count;
        _array = GC.AllocateArray<double>(count + (LineBytes / sizeof(double)), pinned: true);
        var address = (long)Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _start = (int)(-address & (LineBytes - 1)) / sizeof(double);
    }

    /// <summary>Doubles in the table.</summary>
    public int Count { get; }

    /// <summary>The table.</summary>
    public Span<double> Span => _array.AsSpan(_start, Count);

    /// <summary>Its first element; staying inside is the caller's care.</summary>
    public ref double First => ref _array[_start];
}
