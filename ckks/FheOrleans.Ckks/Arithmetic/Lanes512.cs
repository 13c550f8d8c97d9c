using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>Eight lanes: AVX-512 (F, and DQ for products of words).</summary>
internal readonly struct Lanes512 : ILanes<Vector512<double>>
{
    private const ulong Exponent52 = 0x4330_0000_0000_0000;   // 2^52 as a double
    private const ulong Exponent52And51 = 0x4338_0000_0000_0000; // 1.5 · 2^52

    public static bool IsSupported => Avx512F.IsSupported && Avx512DQ.IsSupported;

    public static int Count => Vector512<double>.Count;

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> Create(double value) => Vector512.Create(value);

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> CreateWords(ulong value) => Vector512.Create(value).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> Load(ref double source, nint index) => Vector512.LoadUnsafe(ref source, (nuint)index);

    [MethodImpl(Kernel.Step)]
    public static void Store(Vector512<double> value, ref double destination, nint index) => value.StoreUnsafe(ref destination, (nuint)index);

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> Add(Vector512<double> left, Vector512<double> right) => left + right;

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> Subtract(Vector512<double> left, Vector512<double> right) => left - right;

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> Multiply(Vector512<double> left, Vector512<double> right) => left * right;

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> MultiplyAdd(Vector512<double> left, Vector512<double> right, Vector512<double> addend) =>
        Avx512F.FusedMultiplyAdd(left, right, addend);

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> MultiplySubtract(Vector512<double> left, Vector512<double> right, Vector512<double> subtrahend) =>
        Avx512F.FusedMultiplySubtract(left, right, subtrahend);

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> SubtractProduct(Vector512<double> minuend, Vector512<double> left, Vector512<double> right) =>
        Avx512F.FusedMultiplyAddNegated(left, right, minuend);

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> AddWords(Vector512<double> left, Vector512<double> right) => (left.AsUInt64() + right.AsUInt64()).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> SubtractWords(Vector512<double> left, Vector512<double> right) => (left.AsUInt64() - right.AsUInt64()).AsDouble();

    /// <remarks>A negative word is a huge one, and with the addend it wraps to a small one; any other only grows.</remarks>
    [MethodImpl(Kernel.Step)]
    public static Vector512<double> AddWhereNegative(Vector512<double> words, Vector512<double> addend) =>
        Avx512F.Min(words.AsUInt64(), words.AsUInt64() + addend.AsUInt64()).AsDouble();

    /// <remarks>A difference below zero is a huge word.</remarks>
    [MethodImpl(Kernel.Step)]
    public static Vector512<double> SubtractIfAtLeast(Vector512<double> words, Vector512<double> subtrahend) =>
        Avx512F.Min(words.AsUInt64(), words.AsUInt64() - subtrahend.AsUInt64()).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> MultiplyHalves(Vector512<double> left, Vector512<double> right) => Avx512F.Multiply(left.AsUInt32(), right.AsUInt32()).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> MultiplyWords(Vector512<double> left, Vector512<double> right) => Avx512DQ.MultiplyLow(left.AsUInt64(), right.AsUInt64()).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> ShiftRight32(Vector512<double> words) => Avx512F.ShiftRightLogical(words.AsUInt64(), 32).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> ShiftRight(Vector512<double> words, int count) => (words.AsUInt64() >>> count).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> ShiftLeft(Vector512<double> words, int count) => (words.AsUInt64() << count).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> RotateRight(Vector512<double> words, [ConstantExpected] byte count) =>
        Avx512F.RotateRight(words.AsUInt64(), count).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> Xor(Vector512<double> left, Vector512<double> right) => (left.AsUInt64() ^ right.AsUInt64()).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> And(Vector512<double> left, Vector512<double> right) => (left.AsUInt64() & right.AsUInt64()).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> WordsToDoublesPlus2To52(Vector512<double> words) => (words.AsUInt64() | Vector512.Create(Exponent52)).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> WordsToDoubles(Vector512<double> words) => WordsToDoublesPlus2To52(words) - Vector512.Create(Exponent52).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> DoublesToWords(Vector512<double> integers) =>
        ((integers + Vector512.Create(Exponent52And51).AsDouble()).AsUInt64() - Vector512.Create(Exponent52And51)).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector512<double> Permute(Vector512<double> values, Vector512<double> order) => Avx512F.PermuteVar8x64(values, order.AsInt64());

    public static ulong PermutationIndex(int lane) => (ulong)lane;
}
