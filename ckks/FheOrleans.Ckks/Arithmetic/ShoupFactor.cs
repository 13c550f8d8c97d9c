using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>
/// A constant w in [0, q) prepared for many multiplications (Shoup): with w' = floor(w·2^64 / q) the product x·w mod q needs
/// one high and two low products and no Barrett step. x may be any word.
/// </summary>
/// <remarks>Source: V. Shoup, NTL; D. Harvey, "Faster arithmetic for number-theoretic transforms", 2014.</remarks>
internal readonly struct ShoupFactor
{
    public ShoupFactor(ulong operand, ulong modulus)
    {
        Operand = operand;
        Quotient = (ulong)(((UInt128)operand << 64) / modulus);
    }

    /// <summary>w.</summary>
    public ulong Operand { get; }

    /// <summary>floor(w·2^64 / q).</summary>
    public ulong Quotient { get; }

    /// <summary>x·w mod q in [0, 2q); any word x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong MultiplyLazy(ulong x, ulong modulus) => (x * Operand) - (Math.BigMul(x, Quotient, out _) * modulus);

    /// <summary>x·w mod q in [0, q); any word x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Multiply(ulong x, ulong modulus) => Modulus.SubtractIfAtLeast(MultiplyLazy(x, modulus), modulus);
}
