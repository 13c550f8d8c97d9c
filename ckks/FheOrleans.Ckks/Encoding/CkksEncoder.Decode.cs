using System.Buffers;
using System.Numerics;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <content>Decoding: residues to integers to slots.</content>
public sealed partial class CkksEncoder
{
    /// <summary>Decodes real numbers; imaginary parts are dropped.</summary>
    /// <param name="plaintext">A plaintext for the same parameters, of any level.</param>
    /// <returns>N/2 numbers.</returns>
    /// <exception cref="ParametersMismatchException">The plaintext is for other parameters.</exception>
    public double[] DecodeReal(Plaintext plaintext)
    {
        var values = Decode(plaintext);
        var real = new double[values.Length];
        for (var i = 0; i < real.Length; i++) real[i] = values[i].Real;
        return real;
    }

    /// <summary>Decodes complex numbers.</summary>
    /// <param name="plaintext">A plaintext for the same parameters, of any level.</param>
    /// <returns>N/2 numbers.</returns>
    /// <exception cref="ParametersMismatchException">The plaintext is for other parameters.</exception>
    public Complex[] Decode(Plaintext plaintext)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        if (!Parameters.Equals(plaintext.Parameters))
            throw new ParametersMismatchException("The plaintext", plaintext.Parameters, Parameters);

        var n = Parameters.PolynomialDegree;
        var coefficients = ArrayPool<double>.Shared.Rent(n);
        var words = ArrayPool<ulong>.Shared.Rent(plaintext.Words.Length);
        try
        {
            var limbs = words.AsSpan(0, plaintext.Words.Length);
            plaintext.Words.CopyTo(limbs);
            Compose(limbs, plaintext.LimbCount, coefficients.AsSpan(0, n));
            foreach (ref var coefficient in coefficients.AsSpan(0, n)) coefficient /= plaintext.Scale;
            var slots = new Complex[Parameters.SlotCount];
            _transform.ToSlots(coefficients.AsSpan(0, n), slots);
            return slots;
        }
        finally
        {
            ArrayPool<ulong>.Shared.Return(words, clearArray: true);
            ArrayPool<double>.Shared.Return(coefficients, clearArray: true);
        }
    }

    /// <summary>
    /// The centred integers that the residues stand for, correctly composed and then written as doubles. Overwrites the limbs.
    /// </summary>
    /// <remarks>
    /// Balanced mixed radix. With r the centred residue modulo the last prime p, x = r + p·y, and y = (x - r)/p is known modulo
    /// the remaining primes; repeat for y. All digits are exact integers within (-q_j/2, q_j/2), and their sum
    /// x = r_last + p·(r + q·(...)) is then centred in (-Q/2, Q/2) by itself. A higher non-zero digit outweighs all lower ones by
    /// a factor of two, so the sum in doubles loses a few units in the last place and no more.
    /// </remarks>
    internal void Compose(Span<ulong> limbs, int limbCount, Span<double> coefficients)
    {
        var n = Parameters.PolynomialDegree;
        var context = Parameters.Context;
        for (var j = 0; j < limbCount; j++) context.Transforms[j].Inverse(limbs.Slice(j * n, n));

        var rented = ArrayPool<ulong>.Shared.Rent(n);
        var carried = rented.AsSpan(0, n);
        for (var last = limbCount - 1; last > 0; last--)
        {
            var digits = limbs.Slice(last * n, n);
            for (var j = 0; j < last; j++)
            {
                var limb = limbs.Slice(j * n, n);
                LimbKernels.ReduceCentredLazy(digits, context.Moduli[last], carried, context.Moduli[j]);
                LimbKernels.SubtractMultiplyConstant(limb, carried, context.Inverse(last, j), limb, context.Moduli[j]);
            }
        }
        ArrayPool<ulong>.Shared.Return(rented, clearArray: true);

        coefficients.Clear();
        for (var j = 0; j < limbCount; j++) AddDigit(limbs.Slice(j * n, n), context.Moduli[j].Value, coefficients);
    }

    private static void AddDigit(ReadOnlySpan<ulong> digits, ulong modulus, Span<double> coefficients)
    {
        for (var i = 0; i < coefficients.Length; i++)
        {
            var isNegative = (long)((modulus >> 1) - digits[i]) >> 63;
            var digit = (long)digits[i] - ((long)modulus & isNegative);
            coefficients[i] = (coefficients[i] * modulus) + digit;
        }
    }
}
