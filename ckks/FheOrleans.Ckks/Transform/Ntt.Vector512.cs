using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Transform;

/// <content>Eight lanes: the three stages in registers, on 16 values A0..A7, B0..B7 of two blocks.</content>
/// <remarks>
/// <code>
///   gap 4   X = A0 A1 A2 A3 B0 B1 B2 B3      gap 2   X = A0 A1 B0 B1 A4 A5 B4 B5      gap 1   X = A0 A2 B0 B2 A4 A6 B4 B6
///           Y = A4 A5 A6 A7 B4 B5 B6 B7              Y = A2 A3 B2 B3 A6 A7 B6 B7              Y = A1 A3 B1 B3 A5 A7 B5 B7
/// </code>
/// A butterfly on (X, Y) leaves its sums in X's places and its differences in Y's.
/// </remarks>
internal sealed partial class Ntt
{
    /// <summary>Whether the 512-bit version serves this ring on this processor.</summary>
    internal bool HasVector512 => LaneWidth.Has512(Degree);

    [MethodImpl(Kernel.Loop)]
    private void Forward512<TInput, TOutput>(ref double source, ref double x)
        where TInput : struct, IInput
        where TOutput : struct, IOutput
    {
        if (HasFloats)
        {
            ForwardLanes<TInput, TOutput, RegisterStages512, FloatModulus<Lanes512, Vector512<double>>, Lanes512, Vector512<double>>(
                ref source, ref x, LaneTables512);
        }
        else
        {
            ForwardLanes<TInput, TOutput, RegisterStages512, WordModulus<Lanes512, Vector512<double>>, Lanes512, Vector512<double>>(
                ref source, ref x, LaneTables512);
        }
    }

    [MethodImpl(Kernel.Loop)]
    private void Inverse512<TInput, TOutput>(ref double source, ref double x)
        where TInput : struct, IInput
        where TOutput : struct, IOutput
    {
        if (HasFloats)
        {
            InverseLanes<TInput, TOutput, RegisterStages512, FloatModulus<Lanes512, Vector512<double>>, Lanes512, Vector512<double>>(
                ref source, ref x, LaneTables512);
        }
        else
        {
            InverseLanes<TInput, TOutput, RegisterStages512, WordModulus<Lanes512, Vector512<double>>, Lanes512, Vector512<double>>(
                ref source, ref x, LaneTables512);
        }
    }

    private readonly struct RegisterStages512 : IRegisterStages<Lanes512, Vector512<double>>
    {
        private const byte LowHalves = 0x44;
        private const byte HighHalves = 0xEE;
        private const byte EvenPairs = 0x88;
        private const byte OddPairs = 0xDD;

        public static int[][] TwiddleOrder { get; } = [[0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 2, 2, 1, 1, 3, 3], [0, 1, 4, 5, 2, 3, 6, 7]];

        [MethodImpl(Kernel.Step)]
        public static void Forward<TModulus>(ref Vector512<double> a, ref Vector512<double> b, ref double packed, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, Vector512<double>>
        {
            var x = Avx512F.Shuffle4x128(a, b, LowHalves);
            var y = Multiply(Avx512F.Shuffle4x128(a, b, HighHalves), ref packed, 0, q);
            var (sum, difference) = (q.Add(x, y), q.Subtract(x, y));
            x = Avx512F.Shuffle4x128(sum, difference, EvenPairs);
            y = Multiply(Avx512F.Shuffle4x128(sum, difference, OddPairs), ref packed, 16, q);
            (sum, difference) = (q.Add(x, y), q.Subtract(x, y));
            x = Avx512F.UnpackLow(sum, difference);
            y = Multiply(Avx512F.UnpackHigh(sum, difference), ref packed, 32, q);
            (sum, difference) = (q.Add(x, y), q.Subtract(x, y));
            a = Avx512F.PermuteVar8x64x2(sum, Vector512.Create(0L, 8, 1, 9, 4, 12, 5, 13), difference);
            b = Avx512F.PermuteVar8x64x2(sum, Vector512.Create(2L, 10, 3, 11, 6, 14, 7, 15), difference);
        }

        /// <remarks>Bounds: 2 after gap 1; 4, reduced, after gap 2; 1.2, reduced, after gap 4.</remarks>
        [MethodImpl(Kernel.Step)]
        public static void Inverse<TModulus>(ref Vector512<double> a, ref Vector512<double> b, ref double packed, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, Vector512<double>>
        {
            var x = Avx512F.PermuteVar8x64x2(a, Vector512.Create(0L, 2, 8, 10, 4, 6, 12, 14), b);
            var y = Avx512F.PermuteVar8x64x2(a, Vector512.Create(1L, 3, 9, 11, 5, 7, 13, 15), b);
            var (sum, difference) = (q.Add(x, y), Multiply(q.Subtract(x, y), ref packed, 32, q));
            x = Avx512F.UnpackLow(sum, difference);
            y = Avx512F.UnpackHigh(sum, difference);
            (sum, difference) = (q.Reduce(q.Add(x, y)), Multiply(q.Subtract(x, y), ref packed, 16, q));
            x = Avx512F.PermuteVar8x64x2(sum, Vector512.Create(0L, 1, 8, 9, 2, 3, 10, 11), difference);
            y = Avx512F.PermuteVar8x64x2(sum, Vector512.Create(4L, 5, 12, 13, 6, 7, 14, 15), difference);
            (sum, difference) = (q.Reduce(q.Add(x, y)), Multiply(q.Subtract(x, y), ref packed, 0, q));
            a = Avx512F.Shuffle4x128(sum, difference, LowHalves);
            b = Avx512F.Shuffle4x128(sum, difference, HighHalves);
        }

        [MethodImpl(Kernel.Step)]
        private static Vector512<double> Multiply<TModulus>(Vector512<double> x, ref double packed, nint at, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, Vector512<double>> =>
            q.Multiply(x, Lanes512.Load(ref packed, at), Lanes512.Load(ref packed, at + 8));
    }
}
