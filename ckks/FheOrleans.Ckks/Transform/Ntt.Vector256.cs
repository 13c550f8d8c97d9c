using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Transform;

/// <content>Four lanes: the two stages in registers, on 8 values A0..A3, B0..B3 of two blocks.</content>
/// <remarks>
/// <code>
///   gap 2   X = A0 A1 B0 B1      gap 1   X = A0 A2 B0 B2
///           Y = A2 A3 B2 B3              Y = A1 A3 B1 B3
/// </code>
/// A butterfly on (X, Y) leaves its sums in X's places and its differences in Y's.
/// </remarks>
internal sealed partial class Ntt
{
    /// <summary>Whether the 256-bit version serves this ring on this processor.</summary>
    internal bool HasVector256 => LaneWidth.Has256(Degree);

    [MethodImpl(Kernel.Loop)]
    private void Forward256<TInput, TOutput>(ref double source, ref double x)
        where TInput : struct, IInput
        where TOutput : struct, IOutput
    {
        if (HasFloats)
        {
            ForwardLanes<TInput, TOutput, RegisterStages256, FloatModulus<Lanes256, Vector256<double>>, Lanes256, Vector256<double>>(
                ref source, ref x, LaneTables256);
        }
        else
        {
            ForwardLanes<TInput, TOutput, RegisterStages256, WordModulus<Lanes256, Vector256<double>>, Lanes256, Vector256<double>>(
                ref source, ref x, LaneTables256);
        }
    }

    [MethodImpl(Kernel.Loop)]
    private void Inverse256<TInput, TOutput>(ref double source, ref double x)
        where TInput : struct, IInput
        where TOutput : struct, IOutput
    {
        if (HasFloats)
        {
            InverseLanes<TInput, TOutput, RegisterStages256, FloatModulus<Lanes256, Vector256<double>>, Lanes256, Vector256<double>>(
                ref source, ref x, LaneTables256);
        }
        else
        {
            InverseLanes<TInput, TOutput, RegisterStages256, WordModulus<Lanes256, Vector256<double>>, Lanes256, Vector256<double>>(
                ref source, ref x, LaneTables256);
        }
    }

    private readonly struct RegisterStages256 : IRegisterStages<Lanes256, Vector256<double>>
    {
        private const byte LowHalves = 0x20;
        private const byte HighHalves = 0x31;

        public static int[][] TwiddleOrder { get; } = [[0, 0, 1, 1], [0, 1, 2, 3]];

        [MethodImpl(Kernel.Step)]
        public static void Forward<TModulus>(ref Vector256<double> a, ref Vector256<double> b, ref double packed, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, Vector256<double>>
        {
            var x = Avx.Permute2x128(a, b, LowHalves);
            var y = Multiply(Avx.Permute2x128(a, b, HighHalves), ref packed, 0, q);
            var (sum, difference) = (q.Add(x, y), q.Subtract(x, y));
            x = Avx.UnpackLow(sum, difference);
            y = Multiply(Avx.UnpackHigh(sum, difference), ref packed, 8, q);
            (sum, difference) = (q.Add(x, y), q.Subtract(x, y));
            x = Avx.UnpackLow(sum, difference);
            y = Avx.UnpackHigh(sum, difference);
            a = Avx.Permute2x128(x, y, LowHalves);
            b = Avx.Permute2x128(x, y, HighHalves);
        }

        /// <remarks>Bounds: 2 after gap 1; 4, reduced, after gap 2.</remarks>
        [MethodImpl(Kernel.Step)]
        public static void Inverse<TModulus>(ref Vector256<double> a, ref Vector256<double> b, ref double packed, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, Vector256<double>>
        {
            var low = Avx.Permute2x128(a, b, LowHalves);
            var high = Avx.Permute2x128(a, b, HighHalves);
            var x = Avx.UnpackLow(low, high);
            var y = Avx.UnpackHigh(low, high);
            var (sum, difference) = (q.Add(x, y), Multiply(q.Subtract(x, y), ref packed, 8, q));
            x = Avx.UnpackLow(sum, difference);
            y = Avx.UnpackHigh(sum, difference);
            (sum, difference) = (q.Reduce(q.Add(x, y)), Multiply(q.Subtract(x, y), ref packed, 0, q));
            a = Avx.Permute2x128(sum, difference, LowHalves);
            b = Avx.Permute2x128(sum, difference, HighHalves);
        }

        [MethodImpl(Kernel.Step)]
        private static Vector256<double> Multiply<TModulus>(Vector256<double> x, ref double packed, nint at, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, Vector256<double>> =>
            q.Multiply(x, Lanes256.Load(ref packed, at), Lanes256.Load(ref packed, at + 4));
    }
}
