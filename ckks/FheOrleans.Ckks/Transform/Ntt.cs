using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Transform;

/// <summary>
/// The negacyclic number-theoretic transform of Z_q[X]/(X^N + 1) in SEAL's order.
/// </summary>
/// <remarks>
/// <para>
/// With ψ the smallest primitive 2N-th root of unity mod q and b = log2 N, the transform of a(X) holds at index i the value
/// A[i] = a(ψ^(2·brv_b(i)+1)): natural order in, bit-reversed order out. Products of polynomials become products of values.
/// </para>
/// <code>
///   stage m = 1, 2, 4, .. N/2 (Cooley-Tukey)           block i of m uses the twiddle ψ^brv(m+i)
///       x ──●── x + w·y                                 inverse: the same stages backwards (Gentleman-Sande),
///       y ──●── x - w·y                                          x + y and (x - y)·w^-1, the last times N^-1
/// </code>
/// <para>
/// This file is the contract, the tables and the choice of a version; <c>Ntt.Scalar.cs</c> is the plain one that the others must equal:
/// <c>Ntt.Lanes.cs</c>, with what is particular to a width in <c>Ntt.Vector512.cs</c> and <c>Ntt.Vector256.cs</c>.
/// Instances are immutable and shared by everything that uses the same (N, q).
/// </para>
/// <para>Source: P. Longa, M. Naehrig, ePrint 2016/504; D. Harvey 2014 for the lazy ranges.</para>
/// </remarks>
internal sealed partial class Ntt
{
    private static readonly ConcurrentDictionary<(int Degree, ulong Prime), WeakReference<Ntt>> Cache = new();

    private readonly ShoupFactor[] _twiddles;        // [m + i] = ψ^brv(m + i)
    private readonly ShoupFactor[] _inverseTwiddles; // [m + i] = ψ^-brv(m + i)
    private readonly ShoupFactor _inverseDegree;     // N^-1
    private readonly ShoupFactor _lastInverse;       // N^-1 · inverse twiddle of the last stage

    private Ntt(int degree, Modulus modulus)
    {
        Degree = degree;
        Modulus = modulus;
        Root = Primes.MinimalRoot(degree, modulus);
        _twiddles = Powers(Root);
        _inverseTwiddles = Powers(modulus.InverseVariableTime(Root));
        var inverseDegree = modulus.InverseVariableTime((ulong)degree);
        _inverseDegree = new ShoupFactor(inverseDegree, modulus.Value);
        _lastInverse = new ShoupFactor(modulus.Multiply(inverseDegree, _inverseTwiddles[1].Operand), modulus.Value);
    }

    /// <summary>N, a power of two, at least 2.</summary>
    public int Degree { get; }

    /// <summary>q, a prime = 1 mod 2N.</summary>
    public Modulus Modulus { get; }

    /// <summary>ψ.</summary>
    public ulong Root { get; }

    /// <summary>The shared transform of a pair (N, q).</summary>
    /// <remarks>
    /// Held weakly: parameters come from clients, and a client that invents a thousand sets must not fill the memory with tables.
    /// </remarks>
    public static Ntt For(int degree, Modulus modulus)
    {
        if (!BitOperations.IsPow2(degree) || degree < 2 || (modulus.Value - 1) % (2 * (ulong)degree) != 0)
            throw new ArgumentException($"No transform of degree {degree} exists modulo {modulus.Value}.");
        var key = (degree, modulus.Value);
        if (Cache.TryGetValue(key, out var held) && held.TryGetTarget(out var shared)) return shared;

        foreach (var (other, reference) in Cache)
        {
            if (!reference.TryGetTarget(out _)) Cache.TryRemove(KeyValuePair.Create(other, reference));
        }
        var created = new Ntt(degree, modulus);
        Cache[key] = new WeakReference<Ntt>(created);
        return created;
    }

    /// <summary>The forward transform in place.</summary>
    /// <param name="values">N coefficients in [0, 4q), natural order; becomes N values in [0, q), bit-reversed order.</param>
    [MethodImpl(Kernel.Loop)]
    public void Forward(Span<ulong> values)
    {
        RequireDegree(values.Length);
        if (HasLanes)
        {
            ForwardLanes<FromWords, ToWords>(values, values);
            return;
        }
        ForwardLazyScalar(values);
        ReduceFromFourQScalar(values);
    }

    /// <summary>The forward transform in place without the last reduction.</summary>
    /// <param name="values">N coefficients in [0, 4q); becomes N values in [0, 4q).</param>
    [MethodImpl(Kernel.Loop)]
    public void ForwardLazy(Span<ulong> values)
    {
        RequireDegree(values.Length);
        if (HasLanes) ForwardLanes<FromWords, ToWords>(values, values); // its reduction costs next to nothing
        else ForwardLazyScalar(values);
    }

    /// <summary>The inverse transform in place.</summary>
    /// <param name="values">N values in [0, 2q), bit-reversed order; becomes N coefficients in [0, q), natural order.</param>
    [MethodImpl(Kernel.Loop)]
    public void Inverse(Span<ulong> values)
    {
        RequireDegree(values.Length);
        if (HasLanes) InverseLanes<FromWords, ToWords>(values, values);
        else InverseScalar(values);
    }

    /// <summary>The lowest <paramref name="bits"/> bits of an index in reverse order.</summary>
    public static int ReverseBits(int index, int bits)
    {
        var reversed = 0;
        for (var i = 0; i < bits; i++, index >>= 1) reversed = (reversed << 1) | (index & 1);
        return reversed;
    }

    private ShoupFactor[] Powers(ulong root)
    {
        var bits = BitOperations.Log2((uint)Degree);
        var powers = new ShoupFactor[Degree];
        var factor = new ShoupFactor(root, Modulus.Value);
        var power = 1UL;
        for (var exponent = 0; exponent < Degree; exponent++)
        {
            powers[ReverseBits(exponent, bits)] = new ShoupFactor(power, Modulus.Value);
            power = factor.Multiply(power, Modulus.Value);
        }
        return powers;
    }

    private void RequireDegree(int length)
    {
        if (length != Degree) throw new ArgumentException($"The transform takes {Degree} values, not {length}.");
    }
}
