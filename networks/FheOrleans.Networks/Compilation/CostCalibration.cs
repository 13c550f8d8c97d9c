using System.Diagnostics;
using FheOrleans.Ckks;

namespace FheOrleans.Networks.Compilation;

/// <summary>Times operations that need no keys, on zeros: their time does not depend on what is in a ciphertext.</summary>
internal static class CostCalibration
{
    /// <summary>
    /// Ciphertexts that operations go round in: 8 MB, more than the caches next to a core hold, as in a circuit with its inputs.
    /// </summary>
    private const int Terms = 16;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Measurement = TimeSpan.FromMilliseconds(10);

    public static CostModel Measure()
    {
        var parameters = CkksParameters.Create(8192, 50, 50, 36, 26, 50);
        var evaluator = new Evaluator(parameters);
        Ciphertext Zero(int size) => Ciphertext.Allocate(parameters, size);
        var (sum, product, lower) = (Zero(2), Zero(3), Zero(2));
        var operands = new Ciphertext[Terms];
        var factors = new double[Terms];
        for (var i = 0; i < Terms; i++) (operands[i], factors[i]) = (Zero(2), 0.1 * (i + 1));

        // In units of one polynomial modulo one prime, with l limbs: 2 l for a sum or a rescaling, 3 l for a square, 2 l for each term.
        var limbs = sum.LimbCount;
        var turn = 0;
        Ciphertext Next() => operands[turn++ % Terms];
        var pass = Microseconds(() => evaluator.Add(Next(), Next(), sum)) / (2 * limbs);
        var squares = Microseconds(() => evaluator.Square(Next(), product)) / (3 * limbs);
        var terms = Microseconds(() => evaluator.LinearCombination(operands, factors, 1 << 20, sum)) / (2 * limbs * Terms);
        var rescale = Microseconds(() => evaluator.Rescale(Next(), lower)) / (2 * limbs);
        var stored = CostModel.Stored;
        var transform = Math.Max(rescale - pass, 0.1 * rescale);
        var slower = transform / stored.TransformMicroseconds;
        return stored with
        {
            TransformMicroseconds = transform,
            TermMicroseconds = terms,
            ProductMicroseconds = squares,
            PassMicroseconds = pass,
            EncryptMicroseconds = slower * stored.EncryptMicroseconds,
            ReadMicroseconds = slower * stored.ReadMicroseconds,
            DecryptMicroseconds = slower * stored.DecryptMicroseconds,
        };
    }

    /// <summary>The least time of a call, which is the one that nothing disturbed.</summary>
    private static double Microseconds(Action operation)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < WarmUp) operation();
        var least = TimeSpan.MaxValue;
        start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Measurement)
        {
            var before = Stopwatch.GetTimestamp();
            operation();
            var taken = Stopwatch.GetElapsedTime(before);
            if (taken < least) least = taken;
        }
        return least.TotalMicroseconds;
    }
}
