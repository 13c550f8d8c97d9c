using System.Runtime.CompilerServices;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks;

/// <summary>
/// The steps of everything that carries residues from one prime to others: key switching, rescaling, public-key encryption. Each has a
/// version in lanes and a plain one, which give the same words in the end.
/// </summary>
/// <remarks>
/// <code>
///   words of limb i ──ToCoefficients──► coefficients ──TransformAt(m)──► kernel form modulo prime m ──Divide or a sum──► words
/// </code>
/// What lies between is in kernel form (<see cref="Ntt"/>): where there are lanes and the prime has up to 50 bits, doubles; else words.
/// </remarks>
internal static class RnsForms
{
    /// <summary>The coefficients of limb i: its residues in (-q/2, q/2) as doubles, or in [0, q) as words.</summary>
    /// <param name="context">Transforms.</param>
    /// <param name="i">Index of q.</param>
    /// <param name="words">Stored words of the limb.</param>
    /// <param name="coefficients">N entries; may be <paramref name="words"/>.</param>
    /// <param name="form">Centred, or residues in [0, q) also as doubles.</param>
    [MethodImpl(Kernel.Loop)]
    public static void ToCoefficients(RnsContext context, int i, ReadOnlySpan<ulong> words, Span<ulong> coefficients, KeySwitchDigits form)
    {
        var ntt = context.Transforms[i];
        if (!ntt.HasLanes)
        {
            words.CopyTo(coefficients);
            ntt.Inverse(coefficients);
        }
        else if (ntt.HasFloats && form == KeySwitchDigits.Centred)
        {
            ntt.InverseLanes<Ntt.FromWords, Ntt.Reduced>(words, coefficients);
        }
        else
        {
            ntt.InverseLanes<Ntt.FromWords, Ntt.ToWords>(words, coefficients);
            if (ntt.HasFloats) LimbKernels.ToDoubles(coefficients, coefficients, context.Lanes);
        }
    }

    /// <summary>The same, centred, of what a sum of products left.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void SumToCoefficients(RnsContext context, int i, Span<ulong> sum)
    {
        var ntt = context.Transforms[i];
        if (!ntt.HasLanes) ntt.Inverse(sum);
        else if (ntt.HasFloats) ntt.InverseLanes<Ntt.AsIs, Ntt.Reduced>(sum, sum);
        else ntt.InverseLanes<Ntt.AsIs, Ntt.ToWords>(sum, sum);
    }

    /// <summary>The coefficients of limb i as a polynomial modulo prime m, transformed: doubles within 3.6, or words in [0, 4q), with lanes in [0, q).</summary>
    /// <param name="context">Transforms.</param>
    /// <param name="i">Index of the prime they are residues of.</param>
    /// <param name="coefficients">As <see cref="ToCoefficients"/> left them.</param>
    /// <param name="m">Index of another prime.</param>
    /// <param name="destination">N entries.</param>
    /// <param name="form">Which representative of a residue is meant.</param>
    [MethodImpl(Kernel.Loop)]
    public static void TransformAt(RnsContext context, int i, ReadOnlySpan<ulong> coefficients, int m, Span<ulong> destination, KeySwitchDigits form)
    {
        var (from, ntt) = (context.Moduli[i], context.Transforms[m]);
        var isCentred = form == KeySwitchDigits.Centred;
        if (!ntt.HasLanes)
        {
            if (isCentred) LimbKernels.ReduceCentredLazy(coefficients, from, destination, ntt.Modulus);
            else LimbKernels.ReduceLazy(coefficients, from, destination, ntt.Modulus);
            ntt.ForwardLazy(destination);
            return;
        }

        var offset = isCentred ? from.Value >> 1 : 0;
        switch (context.Transforms[i].HasFloats, ntt.HasFloats)
        {
            case (true, true) when from.Value / 2 <= ntt.Modulus.Value: // within 1 if centred, within 2 if not
                ntt.ForwardLanes<Ntt.AsIs, Ntt.AsIs>(coefficients, destination);
                break;
            case (true, true):
                ntt.ForwardLanes<Ntt.Reduced, Ntt.AsIs>(coefficients, destination);
                break;
            case (false, true):
                LimbKernels.WordsToDoubles(coefficients, from, offset, destination, ntt.Modulus, context.Lanes);
                ntt.ForwardLanes<Ntt.AsIs, Ntt.AsIs>(destination, destination);
                break;
            case (true, false):
                LimbKernels.DoublesToWords(coefficients, destination, ntt.Modulus, context.Lanes);
                ntt.ForwardLanes<Ntt.AsIs, Ntt.ToWords>(destination, destination);
                break;
            case (false, false):
                LimbKernels.WordsToWords(coefficients, from, offset, destination, ntt.Modulus, context.Lanes);
                ntt.ForwardLanes<Ntt.AsIs, Ntt.ToWords>(destination, destination);
                break;
        }
    }

    /// <summary>The stored words of limb i in the form in which <see cref="TransformAt"/> leaves the others.</summary>
    [MethodImpl(Kernel.Loop)]
    public static void OwnTransform(RnsContext context, int i, ReadOnlySpan<ulong> words, Span<ulong> destination)
    {
        var ntt = context.Transforms[i];
        if (ntt.HasLanes && ntt.HasFloats) LimbKernels.ToDoubles(words, destination, context.Lanes);
        else words.CopyTo(destination);
    }

    /// <summary>destination = σ((x - remainder)·p^-1 + addend) modulo prime j, as words; p is the prime that is dropped.</summary>
    /// <param name="context">Transforms and constants.</param>
    /// <param name="j">Index of the prime that is kept.</param>
    /// <param name="dropped">Index of p.</param>
    /// <param name="x">Stored words, or a sum of products; overwritten.</param>
    /// <param name="isSum">Which of both.</param>
    /// <param name="remainder">x mod p, from <see cref="TransformAt"/>; overwritten.</param>
    /// <param name="addend">Words, or empty for none.</param>
    /// <param name="permutation">σ, or null for none.</param>
    /// <param name="destination">N words. Without σ it may be the addend, or x if that is not a sum.</param>
    [MethodImpl(Kernel.Loop)]
    public static void Divide(
        RnsContext context, int j, int dropped, ReadOnlySpan<ulong> x, bool isSum, Span<ulong> remainder,
        ReadOnlySpan<ulong> addend, GaloisPermutation? permutation, Span<ulong> destination)
    {
        var (ntt, inverse, q) = (context.Transforms[j], context.Inverse(dropped, j), context.Moduli[j]);
        if (ntt.HasLanes)
        {
            DivisionKernel.Apply(ntt, x, isSum, remainder, inverse, addend, permutation, destination);
            return;
        }
        var to = permutation is null ? destination : remainder;
        if (addend.IsEmpty)
        {
            LimbKernels.SubtractMultiplyConstant(x, remainder, inverse, to, q);
        }
        else
        {
            LimbKernels.SubtractMultiplyConstant(x, remainder, inverse, remainder, q);
            LimbKernels.Add(remainder, addend, to, q);
        }
        permutation?.Apply(remainder, destination);
    }
}
