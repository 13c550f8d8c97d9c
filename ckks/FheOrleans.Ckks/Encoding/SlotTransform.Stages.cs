using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Encoding;

/// <content>
/// The complex transform, real and imaginary parts in arrays of their own, so that a vector holds parts of one kind and no lane moves.
/// Stages whose halves are shorter than a vector are left to the plain version.
/// </content>
internal sealed partial class SlotTransform
{
    /// <summary>Σ_t work[t]·ω^(kt); natural order in, bit-reversed order out.</summary>
    [MethodImpl(Kernel.Loop)]
    private void ForwardStages(Span<double> re, Span<double> im)
    {
        for (var half = _slots / 2; half >= 1; half /= 2)
        {
            if (Lanes512.IsSupported && half >= Lanes512.Count) ForwardStage<Lanes512, Vector512<double>>(re, im, half);
            else if (Lanes256.IsSupported && half >= Lanes256.Count) ForwardStage<Lanes256, Vector256<double>>(re, im, half);
            else ForwardStage(re, im, half);
        }
    }

    /// <summary>Σ_k work[k]·ω^(-kt), not divided by the length; bit-reversed order in, natural order out.</summary>
    [MethodImpl(Kernel.Loop)]
    private void InverseStages(Span<double> re, Span<double> im)
    {
        for (var half = 1; half < _slots; half *= 2)
        {
            if (Lanes512.IsSupported && half >= Lanes512.Count) InverseStage<Lanes512, Vector512<double>>(re, im, half);
            else if (Lanes256.IsSupported && half >= Lanes256.Count) InverseStage<Lanes256, Vector256<double>>(re, im, half);
            else InverseStage(re, im, half);
        }
    }

    /// <summary>(u, v) → (u + v, (u - v)·w).</summary>
    [MethodImpl(Kernel.Loop)]
    private void ForwardStage(Span<double> re, Span<double> im, int half)
    {
        for (var block = 0; block < re.Length; block += 2 * half)
        {
            for (var j = 0; j < half; j++)
            {
                var (lower, upper) = (block + j, block + half + j);
                var (wRe, wIm) = (_twiddleRe[half + j], _twiddleIm[half + j]);
                var (dRe, dIm) = (re[lower] - re[upper], im[lower] - im[upper]);
                (re[lower], im[lower]) = (re[lower] + re[upper], im[lower] + im[upper]);
                (re[upper], im[upper]) = ((dRe * wRe) - (dIm * wIm), (dRe * wIm) + (dIm * wRe));
            }
        }
    }

    /// <summary>(u, v) → (u + v/w, u - v/w).</summary>
    [MethodImpl(Kernel.Loop)]
    private void InverseStage(Span<double> re, Span<double> im, int half)
    {
        for (var block = 0; block < re.Length; block += 2 * half)
        {
            for (var j = 0; j < half; j++)
            {
                var (lower, upper) = (block + j, block + half + j);
                var (wRe, wIm) = (_twiddleRe[half + j], _twiddleIm[half + j]);
                var (vRe, vIm) = ((re[upper] * wRe) + (im[upper] * wIm), (im[upper] * wRe) - (re[upper] * wIm));
                (re[upper], im[upper]) = (re[lower] - vRe, im[lower] - vIm);
                (re[lower], im[lower]) = (re[lower] + vRe, im[lower] + vIm);
            }
        }
    }

    [MethodImpl(Kernel.Loop)]
    private void ForwardStage<TLanes, TVector>(Span<double> re, Span<double> im, nint half)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        ref var twiddleRe = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_twiddleRe), half);
        ref var twiddleIm = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_twiddleIm), half);
        ref var firstRe = ref MemoryMarshal.GetReference(re);
        ref var firstIm = ref MemoryMarshal.GetReference(im);
        for (nint block = 0; block < re.Length; block += 2 * half)
        {
            for (nint j = 0; j < half; j += TLanes.Count)
            {
                var (wRe, wIm) = (TLanes.Load(ref twiddleRe, j), TLanes.Load(ref twiddleIm, j));
                var (uRe, uIm) = (TLanes.Load(ref firstRe, block + j), TLanes.Load(ref firstIm, block + j));
                var (vRe, vIm) = (TLanes.Load(ref firstRe, block + half + j), TLanes.Load(ref firstIm, block + half + j));
                var (dRe, dIm) = (TLanes.Subtract(uRe, vRe), TLanes.Subtract(uIm, vIm));
                TLanes.Store(TLanes.Add(uRe, vRe), ref firstRe, block + j);
                TLanes.Store(TLanes.Add(uIm, vIm), ref firstIm, block + j);
                TLanes.Store(TLanes.MultiplySubtract(dRe, wRe, TLanes.Multiply(dIm, wIm)), ref firstRe, block + half + j);
                TLanes.Store(TLanes.MultiplyAdd(dRe, wIm, TLanes.Multiply(dIm, wRe)), ref firstIm, block + half + j);
            }
        }
    }

    [MethodImpl(Kernel.Loop)]
    private void InverseStage<TLanes, TVector>(Span<double> re, Span<double> im, nint half)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        ref var twiddleRe = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_twiddleRe), half);
        ref var twiddleIm = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_twiddleIm), half);
        ref var firstRe = ref MemoryMarshal.GetReference(re);
        ref var firstIm = ref MemoryMarshal.GetReference(im);
        for (nint block = 0; block < re.Length; block += 2 * half)
        {
            for (nint j = 0; j < half; j += TLanes.Count)
            {
                var (wRe, wIm) = (TLanes.Load(ref twiddleRe, j), TLanes.Load(ref twiddleIm, j));
                var (xRe, xIm) = (TLanes.Load(ref firstRe, block + half + j), TLanes.Load(ref firstIm, block + half + j));
                var (uRe, uIm) = (TLanes.Load(ref firstRe, block + j), TLanes.Load(ref firstIm, block + j));
                var vRe = TLanes.MultiplyAdd(xRe, wRe, TLanes.Multiply(xIm, wIm));
                var vIm = TLanes.MultiplySubtract(xIm, wRe, TLanes.Multiply(xRe, wIm));
                TLanes.Store(TLanes.Add(uRe, vRe), ref firstRe, block + j);
                TLanes.Store(TLanes.Add(uIm, vIm), ref firstIm, block + j);
                TLanes.Store(TLanes.Subtract(uRe, vRe), ref firstRe, block + half + j);
                TLanes.Store(TLanes.Subtract(uIm, vIm), ref firstIm, block + half + j);
            }
        }
    }
}
