using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>Four lanes: AVX2 and FMA.</summary>
internal readonly struct Lanes256 : ILanes<Vector256<double>>
{
    private const ulong Exponent52 = 0x4330_0000_0000_0000;   // 2^52 as a double
    private const ulong Exponent52And51 = 0x4338_0000_0000_0000; // 1.5 · 2^52

    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static int Count => Vector256<double>.Count;

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> Create(double value) => Vector256.Create(value);

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> CreateWords(ulong value) => Vector256.Create(value).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> Load(ref double source, nint index) => Vector256.LoadUnsafe(ref source, (nuint)index);

    [MethodImpl(Kernel.Step)]
    public static void Store(Vector256<double> value, ref double destination, nint index) => value.StoreUnsafe(ref destination, (nuint)index);

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> Add(Vector256<double> left, Vector256<double> right) => left + right;

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> Subtract(Vector256<double> left, Vector256<double> right) => left - right;

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> Multiply(Vector256<double> left, Vector256<double> right) => left * right;

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> MultiplyAdd(Vector256<double> left, Vector256<double> right, Vector256<double> addend) =>
        Fma.MultiplyAdd(left, right, addend);

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> MultiplySubtract(Vector256<double> left, Vector256<double> right, Vector256<double> subtrahend) =>
        Fma.MultiplySubtract(left, right, subtrahend);

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> SubtractProduct(Vector256<double> minuend, Vector256<double> left, Vector256<double> right) =>
        Fma.MultiplyAddNegated(left, right, minuend);

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> AddWords(Vector256<double> left, Vector256<double> right) => (left.AsUInt64() + right.AsUInt64()).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> SubtractWords(Vector256<double> left, Vector256<double> right) => (left.AsUInt64() - right.AsUInt64()).AsDouble();

    /// <remarks>The blend goes by the sign bit of each lane.</remarks>
    [MethodImpl(Kernel.Step)]
    public static Vector256<double> AddWhereNegative(Vector256<double> words, Vector256<double> addend) =>
        Avx.BlendVariable(words, (words.AsUInt64() + addend.AsUInt64()).AsDouble(), words);

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> SubtractIfAtLeast(Vector256<double> words, Vector256<double> subtrahend)
    {
        var difference = (words.AsUInt64() - subtrahend.AsUInt64()).AsDouble();
        return Avx.BlendVariable(difference, words, difference);
    }

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> MultiplyHalves(Vector256<double> left, Vector256<double> right) => Avx2.Multiply(left.AsUInt32(), right.AsUInt32()).AsDouble();

    /// <remarks>AVX2 has no such product: the high halves' product would be above the word, the mixed ones go to its upper half.</remarks>
    [MethodImpl(Kernel.Step)]
    public static Vector256<double> MultiplyWords(Vector256<double> left, Vector256<double> right)
    {
        var mixed = MultiplyHalves(ShiftRight32(left), right).AsUInt64() + MultiplyHalves(left, ShiftRight32(right)).AsUInt64();
        return (MultiplyHalves(left, right).AsUInt64() + Avx2.ShiftLeftLogical(mixed, 32)).AsDouble();
    }

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> ShiftRight32(Vector256<double> words) => Avx2.ShiftRightLogical(words.AsUInt64(), 32).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> ShiftRight(Vector256<double> words, int count) => (words.AsUInt64() >>> count).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> ShiftLeft(Vector256<double> words, int count) => (words.AsUInt64() << count).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> RotateRight(Vector256<double> words, [ConstantExpected] byte count) =>
        Avx512F.VL.IsSupported
            ? Avx512F.VL.RotateRight(words.AsUInt64(), count).AsDouble()
            : ((words.AsUInt64() >>> count) | (words.AsUInt64() << (64 - count))).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> Xor(Vector256<double> left, Vector256<double> right) => (left.AsUInt64() ^ right.AsUInt64()).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> And(Vector256<double> left, Vector256<double> right) => (left.AsUInt64() & right.AsUInt64()).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> WordsToDoublesPlus2To52(Vector256<double> words) => (words.AsUInt64() | Vector256.Create(Exponent52)).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> WordsToDoubles(Vector256<double> words) => WordsToDoublesPlus2To52(words) - Vector256.Create(Exponent52).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> DoublesToWords(Vector256<double> integers) =>
        ((integers + Vector256.Create(Exponent52And51).AsDouble()).AsUInt64() - Vector256.Create(Exponent52And51)).AsDouble();

    [MethodImpl(Kernel.Step)]
    public static Vector256<double> Permute(Vector256<double> values, Vector256<double> order) =>
        Avx2.PermuteVar8x32(values.AsInt32(), order.AsInt32()).AsDouble();

    /// <remarks>AVX2 permutes halves of lanes.</remarks>
    public static ulong PermutationIndex(int lane) => (2 * (ulong)lane) | (((2 * (ulong)lane) + 1) << 32);
}
