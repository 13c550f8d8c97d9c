using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>Arithmetic modulo a prime of up to 60 bits in lanes of words. All values lie in [0, 4q).</summary>
internal readonly struct WordModulus<TLanes, TVector> : ILaneModulus<WordModulus<TLanes, TVector>, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private readonly TVector _modulus;
    private readonly TVector _double;
    private readonly TVector _fourfold;

    [MethodImpl(Kernel.Step)]
    private WordModulus(ulong modulus)
    {
        _modulus = TLanes.CreateWords(modulus);
        _double = TLanes.CreateWords(2 * modulus);
        _fourfold = TLanes.CreateWords(4 * modulus);
    }

    [MethodImpl(Kernel.Step)]
    public static WordModulus<TLanes, TVector> Create(ulong modulus) => new(modulus);

    [MethodImpl(Kernel.Step)]
    public TVector Middle(int half) => _modulus;

    [MethodImpl(Kernel.Step)]
    public TVector FromWords(TVector words, TVector middle) => words;

    [MethodImpl(Kernel.Step)]
    public TVector Add(TVector left, TVector right) => TLanes.SubtractIfAtLeast(TLanes.AddWords(left, right), _fourfold);

    [MethodImpl(Kernel.Step)]
    public TVector Subtract(TVector left, TVector right) => TLanes.AddWhereNegative(TLanes.SubtractWords(left, right), _fourfold);

    [MethodImpl(Kernel.Step)]
    public TVector Reduce(TVector x) => x;

    /// <remarks>
    /// Shoup's product, with the quotient's high word from three products of halves: without the lowest, and with each part rounded down,
    /// it is at most two too small, so the result is below 2q + 2q.
    /// </remarks>
    [MethodImpl(Kernel.Step)]
    public TVector Multiply(TVector x, TVector operand, TVector ratio)
    {
        var xHigh = TLanes.ShiftRight32(x);
        var ratioHigh = TLanes.ShiftRight32(ratio);
        var middle = TLanes.AddWords(TLanes.ShiftRight32(TLanes.MultiplyHalves(xHigh, ratio)), TLanes.ShiftRight32(TLanes.MultiplyHalves(x, ratioHigh)));
        var quotient = TLanes.AddWords(TLanes.MultiplyHalves(xHigh, ratioHigh), middle);
        return TLanes.SubtractWords(TLanes.MultiplyWords(x, operand), TLanes.MultiplyWords(quotient, _modulus));
    }

    [MethodImpl(Kernel.Step)]
    public TVector ToWords(TVector x) => TLanes.SubtractIfAtLeast(TLanes.SubtractIfAtLeast(x, _double), _modulus);
}
