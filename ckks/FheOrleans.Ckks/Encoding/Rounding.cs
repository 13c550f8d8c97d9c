using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Encoding;

/// <summary>Rounding to integers, half away from zero, as SEAL does.</summary>
internal static class Rounding
{
    /// <summary>The largest double below 1/2: added before truncation it carries no number over that is nearer to zero than a half.</summary>
    private const double AlmostHalf = 0.49999999999999994;

    /// <summary>Rounds every number.</summary>
    /// <param name="numbers">Any; become integers.</param>
    /// <returns>The largest absolute value; NaN if there is one.</returns>
    [MethodImpl(Kernel.Loop)]
    public static double RoundAll(Span<double> numbers)
    {
        var largest = 0.0;
        var done = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            ref var first = ref MemoryMarshal.GetReference(numbers);
            var most = Vector256<double>.Zero;
            for (; done <= numbers.Length - Vector256<double>.Count; done += Vector256<double>.Count)
            {
                var x = Vector256.LoadUnsafe(ref first, (nuint)done);
                var rounded = Vector256.Truncate(x + Vector256.CopySign(Vector256.Create(AlmostHalf), x));
                rounded.StoreUnsafe(ref first, (nuint)done);
                most = Vector256.Max(most, Vector256.Abs(rounded)); // propagates NaN
            }
            for (var lane = 0; lane < Vector256<double>.Count; lane++) largest = Math.Max(largest, most[lane]);
        }
        foreach (ref var number in numbers[done..])
        {
            number = Math.Truncate(number + Math.CopySign(AlmostHalf, number));
            largest = Math.Max(largest, Math.Abs(number));
        }
        return largest;
    }
}
