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
        var real = new double[Parameters.SlotCount];
        DecodeReal(plaintext, real);
        return real;
    }

    /// <summary>Decodes real numbers; imaginary parts are dropped. Allocates nothing.</summary>
    /// <param name="plaintext">A plaintext for the same parameters, of any level.</param>
    /// <param name="destination">Gets the numbers of the first slots; at most N/2.</param>
    /// <exception cref="ParametersMismatchException">The plaintext is for other parameters.</exception>
    /// <exception cref="ArgumentException">The destination is longer than there are slots.</exception>
    public void DecodeReal(Plaintext plaintext, Span<double> destination)
    {
        RequireSlots(destination.Length);
        var slots = ArrayPool<Complex>.Shared.Rent(Parameters.SlotCount);
        try
        {
            Decode(plaintext, slots.AsSpan(0, Parameters.SlotCount));
            for (var i = 0; i < destination.Length; i++) destination[i] = slots[i].Real;
        }
        finally
        {
            ArrayPool<Complex>.Shared.Return(slots, clearArray: true);
        }
    }

    /// <summary>Decodes complex numbers.</summary>
    /// <param name="plaintext">A plaintext for the same parameters, of any level.</param>
    /// <returns>N/2 numbers.</returns>
    /// <exception cref="ParametersMismatchException">The plaintext is for other parameters.</exception>
    public Complex[] Decode(Plaintext plaintext)
    {
        var slots = new Complex[Parameters.SlotCount];
        Decode(plaintext, slots);
        return slots;
    }

    /// <summary>Decodes complex numbers. Allocates nothing.</summary>
    /// <param name="plaintext">A plaintext for the same parameters, of any level.</param>
    /// <param name="destination">Gets the numbers of all N/2 slots.</param>
    /// <exception cref="ParametersMismatchException">The plaintext is for other parameters.</exception>
    /// <exception cref="ArgumentException">The destination has not N/2 places.</exception>
    public void Decode(Plaintext plaintext, Span<Complex> destination)
    {
        if (destination.Length != Parameters.SlotCount)
            throw new ArgumentException($"There are {Parameters.SlotCount} slots, and places for {destination.Length}.", nameof(destination));
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
            _transform.ToSlots(coefficients.AsSpan(0, n), destination);
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

    private void RequireSlots(int count)
    {
        if (count > Parameters.SlotCount)
            throw new ArgumentException($"There are {Parameters.SlotCount} slots; {count} were asked for.", nameof(count));
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
