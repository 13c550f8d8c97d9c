using System.Diagnostics.CodeAnalysis;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>
/// A vector width, so that one kernel is written once for all of them. <typeparamref name="TVector"/> is 64-bit lanes that hold
/// doubles or words; the name of an operation says which it takes. All is inlined: a generic kernel compiles to bare instructions.
/// </summary>
/// <typeparam name="TVector">The vector type.</typeparam>
internal interface ILanes<TVector>
    where TVector : struct
{
    /// <summary>Whether the processor has the instructions; a constant to the JIT.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>Lanes in a vector.</summary>
    static abstract int Count { get; }

    static abstract TVector Create(double value);

    static abstract TVector CreateWords(ulong value);

    static abstract TVector Load(ref double source, nint index);

    static abstract void Store(TVector value, ref double destination, nint index);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    /// <summary>left · right + addend, rounded once.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>left · right - subtrahend, rounded once.</summary>
    static abstract TVector MultiplySubtract(TVector left, TVector right, TVector subtrahend);

    /// <summary>minuend - left · right, rounded once.</summary>
    static abstract TVector SubtractProduct(TVector minuend, TVector left, TVector right);

    static abstract TVector AddWords(TVector left, TVector right);

    static abstract TVector SubtractWords(TVector left, TVector right);

    /// <summary>The product of the low halves of two words.</summary>
    static abstract TVector MultiplyHalves(TVector left, TVector right);

    /// <summary>The low word of a product of words.</summary>
    static abstract TVector MultiplyWords(TVector left, TVector right);

    /// <summary>The high halves of words.</summary>
    static abstract TVector ShiftRight32(TVector words);

    /// <summary>Words shifted by a constant.</summary>
    static abstract TVector ShiftRight(TVector words, int count);

    /// <inheritdoc cref="ShiftRight"/>
    static abstract TVector ShiftLeft(TVector words, int count);

    /// <summary>Words rotated by a constant.</summary>
    static abstract TVector RotateRight(TVector words, [ConstantExpected] byte count);

    /// <summary>Bits that are set in one and not the other.</summary>
    static abstract TVector Xor(TVector left, TVector right);

    /// <summary>Bits that are set in both.</summary>
    static abstract TVector And(TVector left, TVector right);

    /// <summary>words + addend in the lanes where words, read as signed numbers, are negative.</summary>
    /// <remarks>The addend is below 2^63, and negative words are above -addend.</remarks>
    static abstract TVector AddWhereNegative(TVector words, TVector addend);

    /// <summary>words - subtrahend in the lanes where words are not below it. Both are below 2^63.</summary>
    static abstract TVector SubtractIfAtLeast(TVector words, TVector subtrahend);

    /// <summary>2^52 + word as a double; words below 2^52. The word becomes the fraction of a double with that exponent.</summary>
    static abstract TVector WordsToDoublesPlus2To52(TVector words);

    /// <summary>Words below 2^52 as doubles.</summary>
    static abstract TVector WordsToDoubles(TVector words);

    /// <summary>Integers in [-2^51, 2^51] as words in two's complement. Adding 1.5·2^52 puts them into the fraction.</summary>
    static abstract TVector DoublesToWords(TVector integers);

    /// <summary>Lane t of the result is the lane of values that lane t of order names by its <see cref="PermutationIndex"/>.</summary>
    static abstract TVector Permute(TVector values, TVector order);

    /// <summary>A lane as <see cref="Permute"/> wants it named.</summary>
    static abstract ulong PermutationIndex(int lane);
}
