using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
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
internal sealed class SlotTransform
{
    private readonly int _slots;
    private readonly Complex[] _twist;      // ζ^t
    private readonly Complex[] _twiddles;   // [h + j] = exp(πi·j/h), h = 1, 2, 4 .. N/4, j < h: one run for each stage
    private readonly int[] _positions;      // slot → bit-reversed index k, complemented when the slot is conjugated there

    public SlotTransform(int degree)
    {
        _slots = degree / 2;
        _twist = new Complex[_slots];
        for (var t = 0; t < _slots; t++) _twist[t] = Unit(t, 2 * degree);
        _twiddles = new Complex[Math.Max(_slots, 1)];
        for (var half = 1; half < _slots; half *= 2)
        {
            for (var j = 0; j < half; j++) _twiddles[half + j] = Unit(j, 2 * half);
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
    /// <param name="slots">At most N/2 values.</param>
    /// <param name="factor">The scale.</param>
    /// <param name="coefficients">N real coefficients.</param>
    public void ToCoefficients(ReadOnlySpan<Complex> slots, double factor, Span<double> coefficients)
    {
        var rented = ArrayPool<Complex>.Shared.Rent(_slots);
        var work = rented.AsSpan(0, _slots);
        work.Clear();
        for (var slot = 0; slot < slots.Length; slot++)
        {
            var position = _positions[slot];
            if (position >= 0) work[position] = slots[slot];
            else work[~position] = Complex.Conjugate(slots[slot]);
        }

        InverseStages(work);
        factor /= _slots;
        for (var t = 0; t < _slots; t++)
        {
            var value = work[t] * Complex.Conjugate(_twist[t]);
            coefficients[t] = value.Real * factor;
            coefficients[t + _slots] = value.Imaginary * factor;
        }
        ArrayPool<Complex>.Shared.Return(rented, clearArray: true);
    }

    /// <summary>The slots of the polynomial with coefficients m_t.</summary>
    /// <param name="coefficients">N real coefficients.</param>
    /// <param name="slots">N/2 values.</param>
    public void ToSlots(ReadOnlySpan<double> coefficients, Span<Complex> slots)
    {
        var rented = ArrayPool<Complex>.Shared.Rent(_slots);
        var work = rented.AsSpan(0, _slots);
        for (var t = 0; t < _slots; t++) work[t] = new Complex(coefficients[t], coefficients[t + _slots]) * _twist[t];

        ForwardStages(work);
        for (var slot = 0; slot < _slots; slot++)
        {
            var position = _positions[slot];
            slots[slot] = position >= 0 ? work[position] : Complex.Conjugate(work[~position]);
        }
        ArrayPool<Complex>.Shared.Return(rented, clearArray: true);
    }

    /// <summary>Σ_t work[t]·ω^(kt); natural order in, bit-reversed order out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ForwardStages(Span<Complex> work)
    {
        for (var half = _slots / 2; half >= 1; half /= 2)
        {
            var twiddles = _twiddles.AsSpan(half, half);
            for (var block = 0; block < work.Length; block += 2 * half)
            {
                var lower = work.Slice(block, half);
                var upper = work.Slice(block + half, half);
                for (var j = 0; j < twiddles.Length; j++)
                {
                    var u = lower[j];
                    var v = upper[j];
                    lower[j] = u + v;
                    upper[j] = (u - v) * twiddles[j];
                }
            }
        }
    }

    /// <summary>Σ_k work[k]·ω^(-kt), not divided by the length; bit-reversed order in, natural order out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void InverseStages(Span<Complex> work)
    {
        for (var half = 1; half < _slots; half *= 2)
        {
            var twiddles = _twiddles.AsSpan(half, half);
            for (var block = 0; block < work.Length; block += 2 * half)
            {
                var lower = work.Slice(block, half);
                var upper = work.Slice(block + half, half);
                for (var j = 0; j < twiddles.Length; j++)
                {
                    var u = lower[j];
                    var v = upper[j] * Complex.Conjugate(twiddles[j]);
                    lower[j] = u + v;
                    upper[j] = u - v;
                }
            }
        }
    }

    private static Complex Unit(int numerator, int denominator)
    {
        var (sine, cosine) = Math.SinCos(2 * Math.PI * numerator / denominator);
        return new Complex(cosine, sine);
    }
}
