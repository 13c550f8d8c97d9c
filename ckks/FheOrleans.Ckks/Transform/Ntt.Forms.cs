using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Transform;

/// <content>
/// What the transforms in lanes take and leave. Words are the form in which ciphertexts are stored. The kernel form is what the lanes
/// compute with: doubles up to 50 bits, above that words in [0, 4q). Between the transforms of a key switch nothing is converted to words.
/// </content>
internal sealed partial class Ntt
{
    /// <summary>How a loaded vector becomes one in kernel form.</summary>
    internal interface IInput
    {
        static abstract TVector Take<TModulus, TVector>(TVector loaded, TVector middle, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, TVector>
            where TVector : struct;
    }

    /// <summary>How a vector in kernel form is stored.</summary>
    internal interface IOutput
    {
        static abstract TVector Give<TModulus, TVector>(TVector value, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, TVector>
            where TVector : struct;
    }

    /// <summary>Words in [0, 4q) to the forward transform, in [0, 2q) to the inverse: doubles within 2 or 1 by subtracting the middle.</summary>
    internal readonly struct FromWords : IInput
    {
        [MethodImpl(Kernel.Step)]
        public static TVector Take<TModulus, TVector>(TVector loaded, TVector middle, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, TVector>
            where TVector : struct => q.FromWords(loaded, middle);
    }

    /// <summary>Kernel form, within 2 to the forward transform, within 1 to the inverse.</summary>
    internal readonly struct AsIs : IInput, IOutput
    {
        [MethodImpl(Kernel.Step)]
        public static TVector Take<TModulus, TVector>(TVector loaded, TVector middle, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, TVector>
            where TVector : struct => loaded;

        /// <summary>Within 3.6 from the forward transform.</summary>
        [MethodImpl(Kernel.Step)]
        public static TVector Give<TModulus, TVector>(TVector value, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, TVector>
            where TVector : struct => value;
    }

    /// <summary>
    /// Kernel form of another prime's residues: any integers below 2^50. From the inverse transform modulo a prime of up to 50 bits: the
    /// centred residues, in (-q/2, q/2), exactly.
    /// </summary>
    /// <remarks>
    /// Reduction errs at halves alone, and x/q is at least 1/2q from those: the rounding of x·(1/q), below |x/q|·2^-53, does not bridge that
    /// for |x| below 2^52.
    /// </remarks>
    internal readonly struct Reduced : IInput, IOutput
    {
        [MethodImpl(Kernel.Step)]
        public static TVector Take<TModulus, TVector>(TVector loaded, TVector middle, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, TVector>
            where TVector : struct => q.Reduce(loaded);

        [MethodImpl(Kernel.Step)]
        public static TVector Give<TModulus, TVector>(TVector value, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, TVector>
            where TVector : struct => q.Reduce(value);
    }

    /// <summary>Words in [0, q).</summary>
    internal readonly struct ToWords : IOutput
    {
        [MethodImpl(Kernel.Step)]
        public static TVector Give<TModulus, TVector>(TVector value, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, TVector>
            where TVector : struct => q.ToWords(q.Reduce(value));
    }

    /// <summary>Whether there is a version in lanes for this ring on this processor, and with it a kernel form.</summary>
    internal bool HasLanes => LaneWidth.HasLanes(Degree);

    /// <summary>The forward transform in lanes, of N values from one place to another or in place.</summary>
    [MethodImpl(Kernel.Loop)]
    internal void ForwardLanes<TInput, TOutput>(ReadOnlySpan<ulong> source, Span<ulong> destination)
        where TInput : struct, IInput
        where TOutput : struct, IOutput
    {
        RequireDegree(source.Length);
        RequireDegree(destination.Length);
        ref var from = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(source));
        ref var to = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(destination));
        if (HasVector512) Forward512<TInput, TOutput>(ref from, ref to);
        else Forward256<TInput, TOutput>(ref from, ref to);
    }

    /// <summary>The inverse transform in lanes, of N values from one place to another or in place.</summary>
    [MethodImpl(Kernel.Loop)]
    internal void InverseLanes<TInput, TOutput>(ReadOnlySpan<ulong> source, Span<ulong> destination)
        where TInput : struct, IInput
        where TOutput : struct, IOutput
    {
        RequireDegree(source.Length);
        RequireDegree(destination.Length);
        ref var from = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(source));
        ref var to = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(destination));
        if (HasVector512) Inverse512<TInput, TOutput>(ref from, ref to);
        else Inverse256<TInput, TOutput>(ref from, ref to);
    }

    /// <summary>For tests: word to word in a width that the processor has.</summary>
    internal void ForwardWords(Span<ulong> values, int lanes)
    {
        RequireDegree(values.Length);
        ref var x = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(values));
        if (lanes == Lanes512.Count) Forward512<FromWords, ToWords>(ref x, ref x);
        else Forward256<FromWords, ToWords>(ref x, ref x);
    }

    /// <summary>For tests: word to word in a width that the processor has.</summary>
    internal void InverseWords(Span<ulong> values, int lanes)
    {
        RequireDegree(values.Length);
        ref var x = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(values));
        if (lanes == Lanes512.Count) Inverse512<FromWords, ToWords>(ref x, ref x);
        else Inverse256<FromWords, ToWords>(ref x, ref x);
    }
}
