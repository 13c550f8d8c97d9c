using System.Runtime.CompilerServices;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Transform;

/// <content>
/// The transform in lanes: what depends neither on the width nor on the kind of numbers. Word for word equal to the plain version after
/// full reduction.
/// </content>
/// <remarks>
/// <code>
///   input ─► first pass ─► depth first over blocks that fit the L1 cache: passes ─► stages in registers ─► output
///            2 stages       2 stages each: 4 values N/4m apart in 4 vectors          3 or 4 (256 bits: 2 or 3)
/// </code>
/// <para>
/// A pass does two stages on four vectors (radix 4), half the memory traffic of one stage at a time. For primes up to 50 bits the values
/// between the passes are integers as doubles, in the caller's own memory. The bounds noted at each step, in units of q, are theirs: see
/// <see cref="FloatModulus{TLanes, TVector}"/>; a factor must be within 4. For larger primes they are words, in [0, 4q) after each step.
/// </para>
/// </remarks>
internal sealed partial class Ntt
{
    private const int CachedBlock = 2048; // doubles: 16 KB, half of the usual L1 cache, so that tables fit beside it

    /// <summary>The stages in which lanes of one vector meet each other.</summary>
    private interface IRegisterStages<TLanes, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        /// <summary>For each stage, and each lane, which of the two vectors' twiddles it takes.</summary>
        static abstract int[][] TwiddleOrder { get; }

        /// <summary>The last stages of the forward transform on two neighbouring vectors; from within 1.75 to within 3.6.</summary>
        static abstract void Forward<TModulus>(ref TVector a, ref TVector b, ref double packed, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, TVector>;

        /// <summary>The first stages of the inverse transform; from within 1 to within 0.6.</summary>
        static abstract void Inverse<TModulus>(ref TVector a, ref TVector b, ref double packed, in TModulus q)
            where TModulus : struct, ILaneModulus<TModulus, TVector>;
    }

    /// <summary>From values as <typeparamref name="TInput"/> takes them to values as <typeparamref name="TOutput"/> leaves them.</summary>
    [MethodImpl(Kernel.Loop)]
    private void ForwardLanes<TInput, TOutput, TStages, TModulus, TLanes, TVector>(ref double source, ref double x, LaneTables tables)
        where TInput : struct, IInput
        where TOutput : struct, IOutput
        where TStages : struct, IRegisterStages<TLanes, TVector>
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        ForwardFirst<TInput, TModulus, TLanes, TVector>(ref source, ref x, tables.Forward);
        nint quarter = Degree / 4;
        for (nint k = 0; k < 4; k++)
            ForwardBlock<TOutput, TStages, TModulus, TLanes, TVector>(ref Unsafe.Add(ref x, k * quarter), quarter, 4 + k, tables.Forward);
    }

    /// <summary>Stages m = 1 and 2, from one place to another or in place. From within 2; the result is within 3.2.</summary>
    [MethodImpl(Kernel.Loop)]
    private void ForwardFirst<TInput, TModulus, TLanes, TVector>(ref double source, ref double x, LaneTwiddles twiddles)
        where TInput : struct, IInput
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = TModulus.Create(Modulus.Value);
        var middle = q.Middle(2);
        var (w1, w2, w3) = LoadThree<TLanes, TVector>(twiddles, 1);
        nint quarter = Degree / 4;
        for (nint i = 0; i < quarter; i += TLanes.Count)
        {
            var x0 = TInput.Take(TLanes.Load(ref source, i), middle, q);
            var x1 = TInput.Take(TLanes.Load(ref source, i + quarter), middle, q);
            var x2 = TInput.Take(TLanes.Load(ref source, i + (2 * quarter)), middle, q);
            var x3 = TInput.Take(TLanes.Load(ref source, i + (3 * quarter)), middle, q);
            ForwardFour<TModulus, TLanes, TVector>(ref x, i, quarter, x0, x1, x2, x3, w1, w2, w3, q);
        }
    }

    /// <summary>All stages below the first pass in one block: index = m + i for its place i among m blocks. From within 3.2.</summary>
    [MethodImpl(Kernel.Loop)]
    private void ForwardBlock<TOutput, TStages, TModulus, TLanes, TVector>(ref double x, nint length, nint index, LaneTwiddles twiddles)
        where TOutput : struct, IOutput
        where TStages : struct, IRegisterStages<TLanes, TVector>
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (length > CachedBlock)
        {
            var quarter = length / 4;
            ForwardPass<TModulus, TLanes, TVector>(ref x, quarter, 1, index, twiddles);
            for (nint k = 0; k < 4; k++)
                ForwardBlock<TOutput, TStages, TModulus, TLanes, TVector>(ref Unsafe.Add(ref x, k * quarter), quarter, (4 * index) + k, twiddles);
            return;
        }

        var gap = length;
        nint count = 1;
        for (; gap > 2 * TLanes.Count; gap /= 4, count *= 4, index *= 4) ForwardPass<TModulus, TLanes, TVector>(ref x, gap / 4, count, index, twiddles);
        ForwardLast<TOutput, TStages, TModulus, TLanes, TVector>(ref x, length, (index * gap) - Degree, gap == 2 * TLanes.Count ? index : 0, twiddles);
    }

    /// <summary>Two stages on count neighbouring blocks of four quarters. From within 3.2 to within 1.75.</summary>
    [MethodImpl(Kernel.Loop)]
    private void ForwardPass<TModulus, TLanes, TVector>(ref double x, nint quarter, nint count, nint index, LaneTwiddles twiddles)
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = TModulus.Create(Modulus.Value);
        for (nint block = 0; block < count; block++)
        {
            var (w1, w2, w3) = LoadThree<TLanes, TVector>(twiddles, index + block);
            for (nint i = 0; i < quarter; i += TLanes.Count)
            {
                var x0 = q.Reduce(TLanes.Load(ref x, i));
                var x1 = TLanes.Load(ref x, i + quarter);
                var x2 = TLanes.Load(ref x, i + (2 * quarter));
                var x3 = TLanes.Load(ref x, i + (3 * quarter));
                ForwardFour<TModulus, TLanes, TVector>(ref x, i, quarter, x0, x1, x2, x3, w1, w2, w3, q);
            }
            x = ref Unsafe.Add(ref x, 4 * quarter);
        }
    }

    /// <summary>Two stages on four vectors. With x0 within 0.5 and the rest within 3.2: 1.1 after the first stage (3.8 for x1), 1.75 after both.</summary>
    [MethodImpl(Kernel.Step)]
    private static void ForwardFour<TModulus, TLanes, TVector>(
        ref double x, nint i, nint quarter, TVector x0, TVector x1, TVector x2, TVector x3,
        in Factor<TVector> w1, in Factor<TVector> w2, in Factor<TVector> w3, in TModulus q)
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var v2 = q.Multiply(x2, w1.Operand, w1.Ratio);
        var v3 = q.Multiply(x3, w1.Operand, w1.Ratio);
        var a0 = q.Add(x0, v2);
        var a2 = q.Subtract(x0, v2);
        var a1 = q.Multiply(q.Add(x1, v3), w2.Operand, w2.Ratio);
        var a3 = q.Multiply(q.Subtract(x1, v3), w3.Operand, w3.Ratio);
        TLanes.Store(q.Add(a0, a1), ref x, i);
        TLanes.Store(q.Subtract(a0, a1), ref x, i + quarter);
        TLanes.Store(q.Add(a2, a3), ref x, i + (2 * quarter));
        TLanes.Store(q.Subtract(a2, a3), ref x, i + (3 * quarter));
    }

    /// <summary>
    /// The stages in registers, then the output. When the blocks are two vectors long (pairIndex is then m + i of the first), one more
    /// stage goes before them. Everything stays within 3.6.
    /// </summary>
    [MethodImpl(Kernel.Loop)]
    private void ForwardLast<TOutput, TStages, TModulus, TLanes, TVector>(ref double x, nint length, nint offset, nint pairIndex, LaneTwiddles twiddles)
        where TOutput : struct, IOutput
        where TStages : struct, IRegisterStages<TLanes, TVector>
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = TModulus.Create(Modulus.Value);
        var stride = PackedStride(twiddles, TLanes.Count);
        ref var packed = ref Unsafe.Add(ref twiddles.Packed.First, offset / (2 * TLanes.Count) * stride);
        ref var pair = ref Unsafe.Add(ref twiddles.Broadcast.First, 2 * pairIndex);
        for (nint i = 0; i < length; i += 2 * TLanes.Count)
        {
            var a = TLanes.Load(ref x, i);
            var b = TLanes.Load(ref x, i + TLanes.Count);
            if (pairIndex != 0)
            {
                var v = q.Multiply(b, TLanes.Create(pair), TLanes.Create(Unsafe.Add(ref pair, 1)));
                a = q.Reduce(a);
                b = q.Subtract(a, v);
                a = q.Add(a, v);
                pair = ref Unsafe.Add(ref pair, 2);
            }
            TStages.Forward(ref a, ref b, ref packed, q);
            TLanes.Store(TOutput.Give<TModulus, TVector>(a, q), ref x, i);
            TLanes.Store(TOutput.Give<TModulus, TVector>(b, q), ref x, i + TLanes.Count);
            packed = ref Unsafe.Add(ref packed, stride);
        }
    }

    /// <summary>From values as <typeparamref name="TInput"/> takes them to values as <typeparamref name="TOutput"/> leaves them.</summary>
    [MethodImpl(Kernel.Loop)]
    private void InverseLanes<TInput, TOutput, TStages, TModulus, TLanes, TVector>(ref double source, ref double x, LaneTables tables)
        where TInput : struct, IInput
        where TOutput : struct, IOutput
        where TStages : struct, IRegisterStages<TLanes, TVector>
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        nint quarter = Degree / 4;
        for (nint k = 0; k < 4; k++)
        {
            InverseBlock<TInput, TStages, TModulus, TLanes, TVector>(
                ref Unsafe.Add(ref source, k * quarter), ref Unsafe.Add(ref x, k * quarter), quarter, 4 + k, tables.Inverse);
        }
        InverseLast<TOutput, TModulus, TLanes, TVector>(ref x, tables);
    }

    /// <summary>All stages but the last two in one block; from the input to within 0.6.</summary>
    [MethodImpl(Kernel.Loop)]
    private void InverseBlock<TInput, TStages, TModulus, TLanes, TVector>(ref double source, ref double x, nint length, nint index, LaneTwiddles twiddles)
        where TInput : struct, IInput
        where TStages : struct, IRegisterStages<TLanes, TVector>
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        if (length > CachedBlock)
        {
            var quarter = length / 4;
            for (nint k = 0; k < 4; k++)
            {
                InverseBlock<TInput, TStages, TModulus, TLanes, TVector>(
                    ref Unsafe.Add(ref source, k * quarter), ref Unsafe.Add(ref x, k * quarter), quarter, (4 * index) + k, twiddles);
            }
            InversePass<TModulus, TLanes, TVector>(ref x, quarter, 1, index, twiddles);
            return;
        }

        var gap = length;
        nint count = 1;
        for (; gap > 2 * TLanes.Count; gap /= 4) count *= 4;
        InverseFirst<TInput, TStages, TModulus, TLanes, TVector>(ref source, ref x, length, (index * length) - Degree, gap == 2 * TLanes.Count ? index * count : 0, twiddles);
        for (count /= 4; count > 0; count /= 4, gap *= 4) InversePass<TModulus, TLanes, TVector>(ref x, gap, count, index * count, twiddles);
    }

    /// <summary>Input within 1; the stages in registers; one stage more for blocks of two vectors.</summary>
    [MethodImpl(Kernel.Loop)]
    private void InverseFirst<TInput, TStages, TModulus, TLanes, TVector>(
        ref double source, ref double x, nint length, nint offset, nint pairIndex, LaneTwiddles twiddles)
        where TInput : struct, IInput
        where TStages : struct, IRegisterStages<TLanes, TVector>
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = TModulus.Create(Modulus.Value);
        var middle = q.Middle(1);
        var stride = PackedStride(twiddles, TLanes.Count);
        ref var packed = ref Unsafe.Add(ref twiddles.Packed.First, offset / (2 * TLanes.Count) * stride);
        ref var pair = ref Unsafe.Add(ref twiddles.Broadcast.First, 2 * pairIndex);
        for (nint i = 0; i < length; i += 2 * TLanes.Count)
        {
            var a = TInput.Take(TLanes.Load(ref source, i), middle, q);
            var b = TInput.Take(TLanes.Load(ref source, i + TLanes.Count), middle, q);
            TStages.Inverse(ref a, ref b, ref packed, q);
            if (pairIndex != 0)
            {
                var difference = q.Subtract(a, b);
                a = q.Reduce(q.Add(a, b));
                b = q.Multiply(difference, TLanes.Create(pair), TLanes.Create(Unsafe.Add(ref pair, 1)));
                pair = ref Unsafe.Add(ref pair, 2);
            }
            TLanes.Store(a, ref x, i);
            TLanes.Store(b, ref x, i + TLanes.Count);
            packed = ref Unsafe.Add(ref packed, stride);
        }
    }

    /// <summary>Two stages on count neighbouring blocks of four quarters. From within 0.6: 1.2, then 2.4, reduced or multiplied to within 0.6.</summary>
    [MethodImpl(Kernel.Loop)]
    private void InversePass<TModulus, TLanes, TVector>(ref double x, nint quarter, nint count, nint index, LaneTwiddles twiddles)
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = TModulus.Create(Modulus.Value);
        for (nint block = 0; block < count; block++)
        {
            var (w1, w2, w3) = LoadThree<TLanes, TVector>(twiddles, index + block);
            for (nint i = 0; i < quarter; i += TLanes.Count)
            {
                var (sum0, difference0, sum1, difference1) = InverseHalves<TModulus, TLanes, TVector>(ref x, i, quarter, w2, w3, q);
                TLanes.Store(q.Reduce(q.Add(sum0, sum1)), ref x, i);
                TLanes.Store(q.Reduce(q.Add(difference0, difference1)), ref x, i + quarter);
                TLanes.Store(q.Multiply(q.Subtract(sum0, sum1), w1.Operand, w1.Ratio), ref x, i + (2 * quarter));
                TLanes.Store(q.Multiply(q.Subtract(difference0, difference1), w1.Operand, w1.Ratio), ref x, i + (3 * quarter));
            }
            x = ref Unsafe.Add(ref x, 4 * quarter);
        }
    }

    /// <summary>Stages m = 2 and 1 with N^-1 in their factors, then the output. Products are within 0.6.</summary>
    [MethodImpl(Kernel.Loop)]
    private void InverseLast<TOutput, TModulus, TLanes, TVector>(ref double x, LaneTables tables)
        where TOutput : struct, IOutput
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var q = TModulus.Create(Modulus.Value);
        var (_, w2, w3) = LoadThree<TLanes, TVector>(tables.Inverse, 1);
        var (plus, plusRatio) = (TLanes.Create(tables.InverseDegree.Operand), TLanes.Create(tables.InverseDegree.Ratio));
        var (minus, minusRatio) = (TLanes.Create(tables.LastInverse.Operand), TLanes.Create(tables.LastInverse.Ratio));
        nint quarter = Degree / 4;
        for (nint i = 0; i < quarter; i += TLanes.Count)
        {
            var (sum0, difference0, sum1, difference1) = InverseHalves<TModulus, TLanes, TVector>(ref x, i, quarter, w2, w3, q);
            TLanes.Store(TOutput.Give<TModulus, TVector>(q.Multiply(q.Add(sum0, sum1), plus, plusRatio), q), ref x, i);
            TLanes.Store(TOutput.Give<TModulus, TVector>(q.Multiply(q.Add(difference0, difference1), plus, plusRatio), q), ref x, i + quarter);
            TLanes.Store(TOutput.Give<TModulus, TVector>(q.Multiply(q.Subtract(sum0, sum1), minus, minusRatio), q), ref x, i + (2 * quarter));
            TLanes.Store(TOutput.Give<TModulus, TVector>(q.Multiply(q.Subtract(difference0, difference1), minus, minusRatio), q), ref x, i + (3 * quarter));
        }
    }

    /// <summary>The inner of two inverse stages: from within 0.6 to within 1.2.</summary>
    [MethodImpl(Kernel.Step)]
    private static (TVector Sum0, TVector Difference0, TVector Sum1, TVector Difference1) InverseHalves<TModulus, TLanes, TVector>(
        ref double x, nint i, nint quarter, in Factor<TVector> w2, in Factor<TVector> w3, in TModulus q)
        where TModulus : struct, ILaneModulus<TModulus, TVector>
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var x0 = TLanes.Load(ref x, i);
        var x1 = TLanes.Load(ref x, i + quarter);
        var x2 = TLanes.Load(ref x, i + (2 * quarter));
        var x3 = TLanes.Load(ref x, i + (3 * quarter));
        return (
            q.Add(x0, x1), q.Multiply(q.Subtract(x0, x1), w2.Operand, w2.Ratio),
            q.Add(x2, x3), q.Multiply(q.Subtract(x2, x3), w3.Operand, w3.Ratio));
    }

    /// <summary>The twiddle of a block and those of its two halves in the next stage.</summary>
    [MethodImpl(Kernel.Step)]
    private static (Factor<TVector> Block, Factor<TVector> Left, Factor<TVector> Right) LoadThree<TLanes, TVector>(LaneTwiddles twiddles, nint index)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        ref var block = ref Unsafe.Add(ref twiddles.Broadcast.First, 2 * index);
        ref var halves = ref Unsafe.Add(ref twiddles.Broadcast.First, 4 * index);
        return (
            new Factor<TVector>(TLanes.Create(block), TLanes.Create(Unsafe.Add(ref block, 1))),
            new Factor<TVector>(TLanes.Create(halves), TLanes.Create(Unsafe.Add(ref halves, 1))),
            new Factor<TVector>(TLanes.Create(Unsafe.Add(ref halves, 2)), TLanes.Create(Unsafe.Add(ref halves, 3))));
    }

    /// <summary>Doubles of the packed table for two vectors of values.</summary>
    [MethodImpl(Kernel.Step)]
    private nint PackedStride(LaneTwiddles twiddles, int lanes) => twiddles.Packed.Count / (Degree / (2 * lanes));

    private readonly record struct Factor<TVector>(TVector Operand, TVector Ratio)
        where TVector : struct;
}
