using System.Numerics;
using System.Runtime.CompilerServices;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks.Encoding;

/// <summary>
/// The canonical embedding: slot i of a real polynomial m is m(ζ^(3^i mod 2N)), ζ = exp(2πi/2N), i = 0 .. N/2-1.
/// </summary>
/// <remarks>
/// <para>
/// The exponents ±3^i are all odd numbers mod 2N, so from each conjugate pair one is 4k + 1. Where 3^i is not, the slot is
/// read conjugated at the negated exponent. At exponents 4k + 1 the factor ζ^(N/2) is always i, and N real coefficients fold
/// into N/2 complex ones:
/// </para>
/// <code>
///   m(ζ^(4k+1)) = Σ_t (m_t + i·m_(t+N/2)) ζ^t · ω^(kt),   t = 0 .. N/2-1,   ω = exp(2πi / (N/2))
/// </code>
/// <para>so one complex transform of half the degree does it, with a twist by ζ^t before (decoding) or after (encoding).</para>
/// </remarks>
internal sealed partial class SlotTransform
{
    private readonly int _slots;
    private readonly double[] _twistRe;     // ζ^t
    private readonly double[] _twistIm;
    private readonly double[] _twiddleRe;   // [h + j] = exp(πi·j/h), h = 1, 2, 4 .. N/4, j < h: one run for each stage
    private readonly double[] _twiddleIm;
    private readonly int[] _positions;      // slot → bit-reversed index k, complemented when the slot is conjugated there

    public SlotTransform(int degree)
    {
        _slots = degree / 2;
        (_twistRe, _twistIm) = (new double[_slots], new double[_slots]);
        for (var t = 0; t < _slots; t++) (_twistRe[t], _twistIm[t]) = Unit(t, 2 * degree);
        (_twiddleRe, _twiddleIm) = (new double[Math.Max(_slots, 1)], new double[Math.Max(_slots, 1)]);
        for (var half = 1; half < _slots; half *= 2)
        {
            for (var j = 0; j < half; j++) (_twiddleRe[half + j], _twiddleIm[half + j]) = Unit(j, 2 * half);
        }

        var bits = BitOperations.Log2((uint)_slots);
        _positions = new int[_slots];
        var exponent = 1;
        for (var slot = 0; slot < _slots; slot++)
        {
            var isDirect = (exponent & 3) == 1;
            var folded = isDirect ? exponent : (2 * degree) - exponent;
            var position = Ntt.ReverseBits((folded - 1) / 4, bits);
            _positions[slot] = isDirect ? position : ~position;
            exponent = exponent * 3 % (2 * degree);
        }
    }

    /// <summary>The coefficients m_t·factor of the polynomial with the given slots; slots left out are zero. Not rounded.</summary>
    /// <param name="real">Real parts of at most N/2 values.</param>
    /// <param name="imaginary">As many imaginary parts, or empty when all are zero.</param>
    /// <param name="factor">The scale.</param>
    /// <param name="coefficients">N real coefficients.</param>
    [MethodImpl(Kernel.Loop)]
    public void ToCoefficients(ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary, double factor, Span<double> coefficients)
    {
        var re = coefficients[.._slots]; // folded: coefficient t and t + N/2 are one complex number
        var im = coefficients[_slots..];
        coefficients.Clear();
        for (var slot = 0; slot < real.Length; slot++)
        {
            var position = _positions[slot];
            var isConjugate = position >> 31; // all ones or zero
            re[position ^ isConjugate] = real[slot];
            if (!imaginary.IsEmpty) im[position ^ isConjugate] = isConjugate == 0 ? imaginary[slot] : -imaginary[slot];
        }

        InverseStages(re, im);
        factor /= _slots;
        for (var t = 0; t < re.Length; t++)
        {
            var (x, y) = (re[t], im[t]);
            re[t] = ((x * _twistRe[t]) + (y * _twistIm[t])) * factor;
            im[t] = ((y * _twistRe[t]) - (x * _twistIm[t])) * factor;
        }
    }

    /// <summary>The slots of the polynomial with coefficients m_t.</summary>
    /// <param name="coefficients">N real coefficients; overwritten.</param>
    /// <param name="real">Gets the real parts of the first slots; at most N/2.</param>
    /// <param name="imaginary">Gets as many imaginary parts, or is empty when they are not wanted.</param>
    [MethodImpl(Kernel.Loop)]
    public void ToSlots(Span<double> coefficients, Span<double> real, Span<double> imaginary)
    {
        var re = coefficients[.._slots];
        var im = coefficients[_slots..];
        for (var t = 0; t < re.Length; t++)
        {
            var (x, y) = (re[t], im[t]);
            re[t] = (x * _twistRe[t]) - (y * _twistIm[t]);
            im[t] = (x * _twistIm[t]) + (y * _twistRe[t]);
        }

        ForwardStages(re, im);
        for (var slot = 0; slot < real.Length; slot++)
        {
            var position = _positions[slot];
            var isConjugate = position >> 31;
            real[slot] = re[position ^ isConjugate];
            if (!imaginary.IsEmpty) imaginary[slot] = isConjugate == 0 ? im[position] : -im[~position];
        }
    }

    private static (double Re, double Im) Unit(int numerator, int denominator)
    {
        var (sine, cosine) = Math.SinCos(2 * Math.PI * numerator / denominator);
        return (cosine, sine);
    }
}
