using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FheOrleans.Networks.Layers;

/// <summary>
/// The two loops training spends its time in. They always add in four lanes and never contract a product and a sum into one rounding, so
/// that a seed gives the same weights on every machine, whatever its vector width.
/// </summary>
internal static class VectorMath
{
    /// <summary>The sum of left[i] * right[i]; equal lengths, any length.</summary>
    public static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        if (left.Length != right.Length) throw new ArgumentException("The lengths differ.", nameof(right));
        var sum = Vector256<double>.Zero;
        var whole = left.Length & ~3;
        for (var i = 0; i < whole; i += 4)
            sum += Vector256.Create(left.Slice(i, 4)) * Vector256.Create(right.Slice(i, 4));
        var total = sum[0] + sum[1] + (sum[2] + sum[3]);
        for (var i = whole; i < left.Length; i++) total += left[i] * right[i];
        return total;
    }

    /// <summary>destination[i] += factor * source[i]; equal lengths, any length, no overlap.</summary>
    public static void AddScaled(double factor, ReadOnlySpan<double> source, Span<double> destination)
    {
        if (source.Length != destination.Length) throw new ArgumentException("The lengths differ.", nameof(destination));
        var scale = Vector256.Create(factor);
        var whole = source.Length & ~3;
        for (var i = 0; i < whole; i += 4)
        {
            ref var target = ref MemoryMarshal.GetReference(destination[i..]);
            var sum = Vector256.LoadUnsafe(ref target) + Vector256.Create(source.Slice(i, 4)) * scale;
            sum.StoreUnsafe(ref target);
        }
        for (var i = whole; i < source.Length; i++) destination[i] += source[i] * factor;
    }
}
