using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>A constant as <see cref="FloatModulus{TLanes, TVector}"/> multiplies by it: w in (-q/2, q/2), and w/q. For primes up to 50 bits.</summary>
internal readonly struct FloatFactor
{
    [MethodImpl(Kernel.Step)]
    public FloatFactor(ulong operand, ulong modulus)
    {
        Operand = operand > modulus / 2 ? -(double)(modulus - operand) : operand;
        Ratio = Operand / modulus; // both are below 2^53: exact operands, a correctly rounded quotient
    }

    /// <summary>w, centred.</summary>
    public double Operand { get; }

    /// <summary>w / q.</summary>
    public double Ratio { get; }
}
