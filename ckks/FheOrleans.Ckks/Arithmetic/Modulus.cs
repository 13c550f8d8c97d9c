using System.Numerics;
using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>An odd modulus q of 2 to 60 bits with the constants of Barrett reduction. Every operation is branch-free.</summary>
/// <remarks>
/// "Lazy" means that a result lies in [0, 2q). Conditional subtraction is done with the sign bit of the difference and not
/// with a conditional expression: the JIT compiles the latter to a branch, which on random residues costs more than the
/// multiplication, and which would show secrets in the running time. It needs operands below 2^63; 4q is below 2^62.
/// </remarks>
internal readonly struct Modulus
{
    /// <summary>Largest prime size, in bits: leaves room for lazy values up to 8q in a word.</summary>
    public const int MaximumBits = 60;

    private readonly ulong _productRatio; // floor(2^(b+63) / q), b = Bits; below 2^64 because q > 2^(b-1)
    private readonly ulong _wordRatio;    // floor(2^64 / q)
    private readonly ShoupFactor _wordBase; // 2^64 mod q

    public Modulus(ulong value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, 3UL);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1UL << MaximumBits);
        if ((value & 1) == 0) throw new ArgumentException("A modulus is odd.", nameof(value));
        Value = value;
        Bits = 64 - BitOperations.LeadingZeroCount(value);
        _productRatio = (ulong)((UInt128.One << (Bits + 63)) / value);
        _wordRatio = (ulong)((UInt128.One << 64) / value);
        _wordBase = new ShoupFactor((ulong)((UInt128.One << 64) % value), value);
    }

    /// <summary>q.</summary>
    public ulong Value { get; }

    /// <summary>b with 2^(b-1) &lt; q &lt; 2^b.</summary>
    public int Bits { get; }

    /// <summary>x - m when x >= m, else x. Both below 2^63.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SubtractIfAtLeast(ulong x, ulong m)
    {
        var difference = x - m;
        return difference + (m & (ulong)((long)difference >> 63));
    }

    /// <summary>left + right mod q; both in [0, q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Add(ulong left, ulong right) => SubtractIfAtLeast(left + right, Value);

    /// <summary>left - right mod q; both in [0, q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Subtract(ulong left, ulong right)
    {
        var difference = left - right;
        return difference + (Value & (ulong)((long)difference >> 63));
    }

    /// <summary>-x mod q; x in [0, q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Negate(ulong x) => Subtract(0, x);

    /// <summary>left · right mod q; both in [0, q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Multiply(ulong left, ulong right) => ReduceProduct(Math.BigMul(left, right, out var low), low);

    /// <summary>addend + left · right mod q; all in [0, q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong MultiplyAdd(ulong addend, ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        low += addend;
        high += low < addend ? 1UL : 0UL;
        return ReduceProduct(high, low);
    }

    /// <summary>z mod q for z = high·2^64 + low below 2^(2b): a product of two residues, or that plus a residue.</summary>
    /// <remarks>
    /// Barrett: with c = floor(z / 2^(b-2)) and μ = floor(2^(b+63) / q) the estimate floor(c·μ / 2^65) is at most one below
    /// floor(z / q): the two roundings lose less than 2^(b-2)/q + 2^(b+2-65) &lt; 1/2 + 1/8 together.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReduceProduct(ulong high, ulong low)
    {
        var top = (high << (66 - Bits)) | (low >> (Bits - 2)); // Bits = 2: high is 0 and its shift does not matter
        var quotient = Math.BigMul(top, _productRatio, out _) >> 1;
        return SubtractIfAtLeast(low - (quotient * Value), Value);
    }

    /// <summary>x mod q for any word x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Reduce(ulong x) => SubtractIfAtLeast(ReduceLazy(x), Value);

    /// <summary>x mod q in [0, 2q) for any word x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReduceLazy(ulong x) => x - (Math.BigMul(x, _wordRatio, out _) * Value);

    /// <summary>(high·2^64 + low) mod q for any two words: high·(2^64 mod q) + low, each lazily, then two subtractions.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReduceWide(ulong high, ulong low)
    {
        var sum = _wordBase.MultiplyLazy(high, Value) + ReduceLazy(low);
        return SubtractIfAtLeast(SubtractIfAtLeast(sum, Value << 1), Value);
    }

    /// <summary>The residue in [0, q) of a signed number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong ReduceSigned(long x)
    {
        var sign = x >> 63;
        var magnitude = Reduce((ulong)((x ^ sign) - sign));
        var negated = Negate(magnitude);
        return magnitude ^ ((magnitude ^ negated) & (ulong)sign);
    }

    /// <summary>value^exponent mod q. The running time shows the exponent: public data only.</summary>
    public ulong PowerVariableTime(ulong value, ulong exponent)
    {
        var result = 1UL;
        for (var square = Reduce(value); exponent != 0; exponent >>= 1, square = Multiply(square, square))
        {
            if ((exponent & 1) != 0) result = Multiply(result, square);
        }
        return result;
    }

    /// <summary>The inverse of a value not divisible by the prime q, by Fermat. Public data only.</summary>
    public ulong InverseVariableTime(ulong value) => PowerVariableTime(value, Value - 2);

    public override string ToString() => $"{Value} ({Bits} bits)";
}
