using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        DecodeParts(plaintext, destination, []);
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
        using var parts = new RentedArray<double>(2 * destination.Length);
        var real = parts.Span[..destination.Length];
        var imaginary = parts.Span[destination.Length..];
        try
        {
            DecodeParts(plaintext, real, imaginary);
            for (var i = 0; i < destination.Length; i++) destination[i] = new Complex(real[i], imaginary[i]);
        }
        finally
        {
            parts.Span.Clear();
        }
    }

    /// <remarks>No imaginary parts when they are not wanted.</remarks>
    private void DecodeParts(Plaintext plaintext, Span<double> real, Span<double> imaginary)
    {
        ArgumentNullException.ThrowIfNull(plaintext);
        if (!Parameters.Equals(plaintext.Parameters))
            throw new ParametersMismatchException("The plaintext", plaintext.Parameters, Parameters);

        var n = Parameters.PolynomialDegree;
        using var scratch = new RentedWords(plaintext.Words.Length + (2 * n));
        try
        {
            var coefficients = MemoryMarshal.Cast<ulong, double>(scratch.Span[..n]);
            var limbs = scratch.Span[(2 * n)..];
            plaintext.Words.CopyTo(limbs);
            Compose(limbs, plaintext.LimbCount, coefficients, scratch.Span.Slice(n, n));
            var unit = 1 / plaintext.Scale;
            if (double.IsNormal(unit) && Math.ScaleB(1, Math.ILogB(unit)) == unit) // a power of two, as most scales are: exact
            {
                foreach (ref var coefficient in coefficients) coefficient *= unit;
            }
            else
            {
                foreach (ref var coefficient in coefficients) coefficient /= plaintext.Scale;
            }
            _transform.ToSlots(coefficients, real, imaginary);
        }
        finally
        {
            scratch.Span.Clear();
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
    /// <param name="limbs">Transformed; overwritten.</param>
    /// <param name="limbCount">How many there are.</param>
    /// <param name="coefficients">Get the integers.</param>
    /// <param name="carried">N words; overwritten.</param>
    [MethodImpl(Kernel.Loop)]
    internal void Compose(Span<ulong> limbs, int limbCount, Span<double> coefficients, Span<ulong> carried)
    {
        var n = Parameters.PolynomialDegree;
        var context = Parameters.Context;
        for (var j = 0; j < limbCount; j++) context.Transforms[j].Inverse(limbs.Slice(j * n, n));

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

        coefficients.Clear();
        for (var j = 0; j < limbCount; j++) AddDigit(limbs.Slice(j * n, n), context.Moduli[j].Value, coefficients);
    }

    private void RequireSlots(int count)
    {
        if (count > Parameters.SlotCount)
            throw new ArgumentException($"There are {Parameters.SlotCount} slots; {count} were asked for.", nameof(count));
    }

    [MethodImpl(Kernel.Loop)]
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
