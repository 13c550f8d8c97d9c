using System.Buffers;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <summary>Division of a polynomial by one of its primes, rounded to nearest, in transformed form. Rescaling, the end of key
/// switching and public-key encryption are all this.</summary>
internal static class RnsDivision
{
    /// <summary>
    /// destination = round(x / p), where x is given modulo the kept primes and p: with r = (x + (p-1)/2) mod p the number
    /// x - r + (p-1)/2 is a multiple of p, so destination_j = p^-1·(x_j - (r - (p-1)/2)) mod q_j. p is odd: there are no ties.
    /// </summary>
    /// <param name="context">Transforms and constants.</param>
    /// <param name="dropped">Index of p among the primes; above every kept index.</param>
    /// <param name="droppedLimb">x mod p in transformed form, N words; overwritten.</param>
    /// <param name="source">x modulo q_0 .. q_(kept-1) in transformed form, kept·N words.</param>
    /// <param name="destination">kept·N words; may be <paramref name="source"/>.</param>
    public static void DivideAndRound(
        RnsContext context, int dropped, Span<ulong> droppedLimb, ReadOnlySpan<ulong> source, Span<ulong> destination)
    {
        var n = context.Degree;
        var p = context.Moduli[dropped];
        var half = p.Value >> 1;
        context.Transforms[dropped].Inverse(droppedLimb);
        LimbKernels.AddConstant(droppedLimb, half, droppedLimb, p);

        var rented = ArrayPool<ulong>.Shared.Rent(n);
        var remainder = rented.AsSpan(0, n);
        for (var j = 0; j < source.Length / n; j++)
        {
            var q = context.Moduli[j];
            LimbKernels.ReduceSubtractLazy(droppedLimb, p, q.Reduce(half), remainder, q);
            context.Transforms[j].ForwardLazy(remainder);
            LimbKernels.SubtractMultiplyConstant(source.Slice(j * n, n), remainder, context.Inverse(dropped, j), destination.Slice(j * n, n), q);
        }
        ArrayPool<ulong>.Shared.Return(rented, clearArray: true); // in public-key encryption it follows from the noise
    }
}
