using System.Runtime.CompilerServices;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <summary>Division of a polynomial by one of its primes, rounded to nearest, in transformed form. Rescaling, the end of key
/// switching and public-key encryption are all this.</summary>
internal static class RnsDivision
{
    /// <summary>
    /// destination = round(x / p), where x is given modulo the kept primes and p: with r the residue of x mod p in (-p/2, p/2) the number
    /// x - r is a multiple of p, so destination_j = p^-1·(x_j - r) mod q_j. p is odd: there are no ties.
    /// </summary>
    /// <param name="context">Transforms and constants.</param>
    /// <param name="dropped">Index of p among the primes; above every kept index.</param>
    /// <param name="droppedLimb">x mod p in transformed form, N words; overwritten.</param>
    /// <param name="source">x modulo q_0 .. q_(kept-1) in transformed form, kept·N words.</param>
    /// <param name="destination">kept·N words; may be <paramref name="source"/>, or start before it.</param>
    /// <param name="scratch">N words; overwritten.</param>
    [MethodImpl(Kernel.Loop)]
    public static void DivideAndRound(
        RnsContext context, int dropped, Span<ulong> droppedLimb, ReadOnlySpan<ulong> source, Span<ulong> destination, Span<ulong> scratch)
    {
        var n = context.Degree;
        RnsForms.ToCoefficients(context, dropped, droppedLimb, droppedLimb, KeySwitchDigits.Centred);
        for (var j = 0; j < source.Length / n; j++)
        {
            RnsForms.TransformAt(context, dropped, droppedLimb, j, scratch, KeySwitchDigits.Centred);
            RnsForms.Divide(context, j, dropped, source.Slice(j * n, n), isSum: false, scratch, default, null, destination.Slice(j * n, n));
        }
    }
}
